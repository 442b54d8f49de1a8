package dev.fleetauth.cli;

import picocli.CommandLine.Command;

/** {@code list}: what most programs call {@code status}. */
@Command(name = "list", description = "Show every profile, as 'fleetauth status' does.")
public final class ListCommand extends StatusCommand {}
