"""Addresses of campaigns."""

from __future__ import annotations

from django.urls import path

from .views import amendments, editor, notice, plans, steps, versions

urlpatterns = [
    path("", plans.campaign_list, name="campaigns"),
    path("new/", editor.campaign_new, name="campaign_new"),
    path("new/discard/", versions.campaign_discard, name="campaign_new_discard"),
    path("files/<str:ref>/", versions.campaign_attachment, name="campaign_attachment"),
    path("files/<str:ref>/remove/", versions.campaign_detach, name="campaign_detach"),
    path("amendments/<str:ref>/", amendments.amendment, name="amendment"),
    path("amendments/<str:ref>/edit/", amendments.amendment_edit, name="amendment_edit"),
    path("amendments/<str:ref>/submit/", amendments.amendment_submit, name="amendment_submit"),
    path("amendments/<str:ref>/give-up/", amendments.amendment_give_up, name="amendment_give_up"),
    path("<str:ref>/", plans.campaign, name="campaign"),
    path("<str:ref>/amend/", amendments.amendment_new, name="amendment_new"),
    path("<str:ref>/edit/", editor.campaign_edit, name="campaign_edit"),
    path("<str:ref>/people/", plans.campaign_people, name="campaign_people"),
    path("<str:ref>/versions/", versions.campaign_versions, name="campaign_versions"),
    path("<str:ref>/clone/", versions.campaign_clone, name="campaign_clone"),
    path("<str:ref>/attach/", versions.campaign_attach, name="campaign_attach"),
    path("<str:ref>/discard/", versions.campaign_discard, name="campaign_discard"),
    path("<str:ref>/notice/", notice.notice, name="campaign_notice"),
    path("<str:ref>/submit/", steps.submit, name="campaign_submit"),
    path("<str:ref>/launch/", steps.launch, name="campaign_launch"),
    path("<str:ref>/pause/", steps.pause, name="campaign_pause"),
    path("<str:ref>/resume/", steps.resume, name="campaign_resume"),
    path("<str:ref>/close/", steps.close, name="campaign_close"),
]
