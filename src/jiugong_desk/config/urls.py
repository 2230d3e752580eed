"""Every address of the desk, grouped by the thing it acts on."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("jiugong_desk.ui.urls")),
    path("", include("jiugong_desk.organisation.urls")),
    path("audit/", include("jiugong_desk.audit.urls")),
    path("jobs/", include("jiugong_desk.jobs.urls")),
    path("documents/", include("jiugong_desk.documents.urls")),
    path("approvals/", include("jiugong_desk.approvals.urls")),
    path("products/", include("jiugong_desk.products.urls")),
    path("duty/", include("jiugong_desk.duty.urls")),
    path("training/", include("jiugong_desk.training.urls")),
    path("telephony/", include("jiugong_desk.telephony.urls")),
    path("customers/", include("jiugong_desk.customers.urls")),
    path("imports/", include("jiugong_desk.imports.urls")),
    path("consent/", include("jiugong_desk.consent.urls")),
    path("exports/", include("jiugong_desk.exports.urls")),
    path("grid/", include("jiugong_desk.grid.urls")),
    path("audiences/", include("jiugong_desk.audiences.urls")),
    path("scripts/", include("jiugong_desk.scripts.urls")),
    path("campaigns/", include("jiugong_desk.campaigns.urls")),
    path("holdout/", include("jiugong_desk.holdout.urls")),
    path("calls/", include("jiugong_desk.calls.urls")),
    path("tasks/", include("jiugong_desk.tasks.urls")),
    path("quality/", include("jiugong_desk.quality.urls")),
    path("visits/", include("jiugong_desk.appointments.urls")),
    path("supervision/", include("jiugong_desk.supervision.urls")),
    path("reports/", include("jiugong_desk.evaluation.urls")),
]
