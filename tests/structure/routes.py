"""Every address of the desk, classified: a new one without a row fails the suite.

A row says which verbs it takes, who may (a permission of the policy, `SIGNED_IN` or `PUBLIC`), and which kind of object
its `ref` names (tests/structure/objects.py). Order on a page about a scoped object: 404 for whom it does not exist, then
403, then the form. On the other pages the permission comes first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PUBLIC = "public"
SIGNED_IN = "signed in"

GET, POST, BOTH = ("GET",), ("POST",), ("GET", "POST")


@dataclass(frozen=True)
class Route:
    verbs: tuple[str, ...]
    who: str
    about: str = ""
    more: dict[str, str] = field(default_factory=dict)  # path parameters beside `ref`
    body: dict[str, str] = field(default_factory=dict)  # what a POST must hold to come as far as the permission


ROUTES: dict[str, Route] = {
    "home": Route(GET, SIGNED_IN),
    "language": Route(POST, PUBLIC),
    "login": Route(BOTH, PUBLIC),
    "logout": Route(POST, SIGNED_IN),
    "own_password": Route(BOTH, SIGNED_IN),
    "staff": Route(GET, "staff.manage"),
    "staff_new": Route(BOTH, "staff.manage"),
    "staff_member": Route(GET, "staff.manage", "staff"),
    "staff_password": Route(POST, "staff.manage", "staff"),
    "staff_post": Route(POST, "staff.manage", "staff"),
    "staff_end_post": Route(POST, "staff.manage", "staff"),
    "staff_deactivate": Route(POST, "staff.manage", "staff"),
    "staff_reactivate": Route(POST, "staff.manage", "staff"),
    "audit": Route(GET, "audit.read"),
    "audit_verify": Route(POST, "audit.read"),
    "jobs": Route(GET, SIGNED_IN),
    "job": Route(GET, SIGNED_IN, "job"),
    "job_progress": Route(GET, SIGNED_IN, "job"),
    "job_cancel": Route(POST, SIGNED_IN, "job"),
    "documents": Route(GET, "document.view"),
    "document": Route(GET, "document.view", "document"),
    "document_file": Route(GET, "document.view", "document", more={"kind": "pdf"}),
    "document_acknowledge": Route(POST, "document.acknowledge", "document"),
    "document_templates": Route(BOTH, "document.template"),
    "document_template_default": Route(GET, "document.template"),
    "document_template": Route(GET, "document.template", "document_template"),
    "document_template_activate": Route(POST, "document.template", "document_template"),
    "document_template_file": Route(GET, "document.template", "document_template"),
    "document_template_trial": Route(GET, "document.template", "document_template"),
    "approvals": Route(GET, "approval.view"),
    "approval": Route(GET, "approval.view", "approval"),
    "approval_decide": Route(POST, "campaign.approve", "approval"),
    "approval_withdraw": Route(POST, "campaign.draft", "approval"),
    "customers": Route(GET, "customer.view"),
    "customer_search": Route(POST, "customer.view"),
    "customer": Route(GET, "customer.view", "customer"),
    "customer_reveal": Route(POST, "customer.reveal", "customer"),
    "consent_record": Route(POST, "consent.record", "customer"),
    "consent_stop": Route(POST, "consent.record", "customer"),
    "complaint_open": Route(POST, "consent.record", "customer"),
    "complaint_settle": Route(POST, "complaint.settle", "complaint"),
    "board": Route(GET, "customer.view"),
    "board_export": Route(POST, "customer.view"),
    "migration": Route(GET, "customer.view"),
    "migration_who": Route(GET, "customer.view"),
    "migration_who_export": Route(POST, "customer.view"),
    "migration_image": Route(GET, "customer.view", more={"kind": "svg"}),
    "watch_lists": Route(GET, "customer.view"),
    "watch_freeze": Route(POST, "data.load"),
    "watch_list": Route(GET, "customer.view", "watch_list"),
    "watch_export": Route(POST, "customer.view", "watch_list"),
    "policy_versions": Route(GET, "policy.view"),
    "policy_new": Route(BOTH, "policy.draft"),
    "policy_version": Route(GET, "policy.view", "policy_version"),
    "policy_edit": Route(BOTH, "policy.draft", "policy_version"),
    "policy_preview": Route(POST, "policy.draft", "policy_version"),
    "policy_progress": Route(GET, "policy.view", "policy_version"),
    "imports": Route(GET, "data.load"),
    "import_upload": Route(POST, "data.load"),
    "import_template": Route(GET, "data.load", more={"table": "customers"}),
    "import_batch": Route(GET, "data.load", "batch"),
    "import_progress": Route(GET, "data.load", "batch"),
    "import_settings": Route(POST, "data.load", "batch"),
    "import_preview": Route(POST, "data.load", "batch"),
    "import_commit": Route(POST, "data.load", "batch"),
    "import_undo": Route(BOTH, "data.load", "batch"),
    "import_again": Route(POST, "data.load", "batch"),
    "import_faults": Route(GET, "data.load", "batch"),
    "import_cell": Route(POST, "data.load", "batch"),
    "import_correct": Route(POST, "data.load", "batch"),
    "import_row": Route(POST, "data.load", "batch"),
    "import_faulty": Route(POST, "data.load", "batch"),
    "import_mend": Route(POST, "data.load", "batch"),
    "import_discard": Route(POST, "data.load", "batch"),
    "audiences": Route(GET, "audience.view"),
    "audience": Route(GET, "audience.view", "audience"),
    "audience_new": Route(BOTH, "campaign.draft"),
    "audience_next": Route(BOTH, "campaign.draft", "audience"),
    "audience_exact": Route(POST, "campaign.draft", more={}),
    "audience_stopped": Route(BOTH, "customer.view", "audience", more={"code": "no_consent"}),
    "campaigns": Route(GET, "campaign.view"),
    "campaign_new": Route(BOTH, "campaign.draft"),
    "campaign": Route(GET, "campaign.view", "campaign"),
    "campaign_edit": Route(BOTH, "campaign.draft", "campaign"),
    "campaign_people": Route(BOTH, "campaign.draft", "campaign"),
    "campaign_notice": Route(BOTH, "document.issue", "campaign"),
    "campaign_submit": Route(POST, "campaign.draft", "campaign"),
    "campaign_launch": Route(POST, "campaign.launch", "campaign"),
    "campaign_pause": Route(POST, "campaign.pause", "campaign"),
    "campaign_resume": Route(POST, "campaign.launch", "campaign"),
    "campaign_close": Route(POST, "campaign.launch", "campaign"),
    "scripts": Route(GET, "campaign.view"),
    "script": Route(GET, "campaign.view", "script"),
    "script_new": Route(BOTH, "campaign.draft"),
    "script_next": Route(BOTH, "campaign.draft", "script"),
    "today": Route(GET, "call.work"),
    "call_next": Route(POST, "call.work"),
    "call": Route(GET, "call.work", "entry"),
    "call_claim": Route(POST, "call.work", "entry"),
    "call_number": Route(POST, "call.work", "entry"),
    "call_keep": Route(POST, "call.work", "entry"),
    "call_outcome": Route(POST, "call.work", "entry"),
    "call_release": Route(POST, "call.work", "entry"),
    "visits": Route(GET, "appointment.view"),
    "visit": Route(GET, "appointment.view", "appointment"),
    "visit_book": Route(POST, "appointment.book", "customer"),
    "visit_finish": Route(POST, "appointment.finish", "appointment"),
    "visit_change": Route(POST, "appointment.receive", "appointment", more={"change": "arrive"}),
    "reports": Route(GET, "report.view"),
    "progress": Route(GET, "campaign.progress", "campaign"),
    "report_make": Route(POST, "report.write", "campaign"),
    "report": Route(GET, "report.view", "report"),
    "report_comments": Route(POST, "report.write", "report"),
    "report_decision": Route(POST, "report.write", "report"),
    "report_issue": Route(POST, "report.issue", "report"),
    "report_pdf": Route(GET, "report.view", "report"),
}
