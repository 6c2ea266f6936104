"""The names that templates of public posts may use (STG-8), and which facts stand behind those that are derived."""

FACTS = (
    "service",
    "symptom",
    "start_time",
    "affected_who",
    "affected_share",
    "regions",
    "functions",
    "not_affected",
    "action_now",
    "cause_plain",
    "fix_plain",
    "progress",
    "remaining_impact",
    "workaround",
    "eta_time",
    "end_time",
    "data_statement",
    "prevention",
    "report_time",
    "report_url",
    "date",
    "data_types",
    "customer_steps",
    "ticket_count",
    "task_minutes",
    "next_step",
    "raw_eta",
)
"""What people say of an incident, in words or figures."""

DERIVED = {
    "service_named": "service",
    "in_service": "service",
    "share_of_customers": "affected_share",
    "everyone": "affected_share",
    "single": "affected_share",
    "progress_sentence": "progress",
}
"""Placeholders made of one fact."""

CLOCKS = ("duration", "elapsed", "lasted_from", "lasted_to", "reported_time", "last_post_time", "next_update_time")
_FIXED = ("stage", "stage_label", "subject", "cadence", "support_contact", "status_url", "subscribe_url", "text")
_CHANGES = ("share_change", "eta_change")
"""Whole sentences: what customers read otherwise last time (LINT-58)."""
_MAINTENANCE = ("window_start", "window_end", "new_window_end", "reason_plain", "effect", "change")
INTERNAL = ("sev", "incident_id", "elapsed", "ticket_count", "task_minutes", "next_step", "raw_eta")
"""Never in what customers read."""

NAMES = tuple(dict.fromkeys((*FACTS, *DERIVED, *CLOCKS, *_FIXED, *_CHANGES, *_MAINTENANCE, *INTERNAL)))
UNTOUCHED = frozenset({"stage", "everyone", "single", "change", "text"})
"""Compared or taken as they are, so nothing may be added to them."""
