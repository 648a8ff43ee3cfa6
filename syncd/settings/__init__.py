"""The configuration: one TOML file, read once at the start into frozen `Settings`.

Nothing here talks to a vendor or to the store. `load_settings` collects every mistake before it
raises ConfigError; no mistake quotes a value, so none can show a secret.
"""

from syncd.settings.env_file import env_file_of, read_variables, with_env_file
from syncd.settings.features import (
    CreateJobsSettings,
    CustomFieldSettings,
    LeadSettings,
    MediaSettings,
)
from syncd.settings.loading import describe, load_settings, settings_from_document
from syncd.settings.mistakes import Mistake
from syncd.settings.paperwork import ContractorSettings, DocumentSettings, InvoiceSettings
from syncd.settings.quantities import format_duration, parse_duration
from syncd.settings.reading import example_config, find_config
from syncd.settings.running import (
    AdminSettings,
    GuardSettings,
    NotificationSettings,
    RetentionSettings,
    ScheduleSettings,
    StoreSettings,
)
from syncd.settings.table import file_of, renewed
from syncd.settings.texts import ListenAddress
from syncd.settings.vendors import (
    AgentosSettings,
    LetsjobitSettings,
    PortalSettings,
    RateLimit,
    StatusSettings,
)
from syncd.settings.visits import DriverRule, ExtraField, FieldSettings, VisitSettings
from syncd.settings.whole import ConnectionSettings, Settings

__all__ = [
    "AdminSettings",
    "AgentosSettings",
    "ConnectionSettings",
    "ContractorSettings",
    "CreateJobsSettings",
    "CustomFieldSettings",
    "DocumentSettings",
    "DriverRule",
    "ExtraField",
    "FieldSettings",
    "GuardSettings",
    "InvoiceSettings",
    "LeadSettings",
    "LetsjobitSettings",
    "ListenAddress",
    "MediaSettings",
    "Mistake",
    "NotificationSettings",
    "PortalSettings",
    "RateLimit",
    "RetentionSettings",
    "ScheduleSettings",
    "Settings",
    "StatusSettings",
    "StoreSettings",
    "VisitSettings",
    "describe",
    "env_file_of",
    "example_config",
    "file_of",
    "find_config",
    "format_duration",
    "load_settings",
    "parse_duration",
    "read_variables",
    "renewed",
    "settings_from_document",
    "with_env_file",
]
