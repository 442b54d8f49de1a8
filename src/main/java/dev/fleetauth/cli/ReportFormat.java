package dev.fleetauth.cli;

/** The forms of a report. */
enum ReportFormat {
    /** For people; it may change. */
    TEXT,
    /** For programs; its members are documented and stay. */
    JSON
}
