"""Slack's words for why it said no, by what they mean for us."""

UNSURE = frozenset({"internal_error", "fatal_error", "request_timeout", "service_unavailable"})
"""Slack says that it failed, not whether it had done the work before (REL-035)."""

LIMITED = frozenset({"ratelimited", "rate_limited"})

NO_TOKEN = frozenset(
    {"token_revoked", "account_inactive", "invalid_auth", "token_expired", "not_authed", "org_login_required"}
)
"""Nothing in this workspace works until somebody gives us another token (REL-040)."""

FORBIDDEN = frozenset(
    {
        "access_denied",
        "cant_update_message",
        "ekm_access_denied",
        "method_not_supported_for_channel_type",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authorized",
        "restricted_action",
        "restricted_action_non_threadable_channel",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
        "team_access_not_granted",
        "user_is_restricted",
    }
)

NO_ROOMS = frozenset(
    {"missing_scope", "no_permission", "not_authorized", "restricted_action", "user_is_restricted", "access_denied"}
)
"""Answers to conversations.create that mean: we may make none at all (REL-053)."""

TOO_LARGE = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
"""Its words can still be shown another way (REL-043)."""

ARCHIVED = frozenset({"is_archived", "is_inactive"})

NO_MESSAGE = frozenset({"cant_update_message", "edit_window_closed", "message_not_found", "thread_not_found"})
"""What stood there is gone, or cannot be changed any more: it has to be posted anew (REL-063)."""

SAME_AGAIN = frozenset(
    {
        "already_pinned",
        "bot_not_found",
        "cannot_dm_bot",
        "channel_not_found",
        "invalid_arguments",
        "invalid_name",
        "invalid_name_maxlength",
        "invalid_name_punctuation",
        "invalid_name_required",
        "invalid_name_specials",
        "metadata_too_large",
        "name_taken",
        "no_text",
        "not_archived",
        "not_in_channel",
        "not_pinnable",
        "too_long",
        "too_many_pins",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
        "users_not_found",
    }
)
PERMANENT = FORBIDDEN | TOO_LARGE | ARCHIVED | NO_MESSAGE | SAME_AGAIN
"""The same call can only be answered in the same way."""

KNOWN = PERMANENT | UNSURE | LIMITED | NO_TOKEN | {"held", "none"}
"""What a failed call is counted under, with our own words for a call that was not made and an answer without one."""
