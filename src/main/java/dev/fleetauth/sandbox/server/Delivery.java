package dev.fleetauth.sandbox.server;

/** How much of a response is sent. */
public enum Delivery {
    /** All of it. */
    WHOLE,
    /** The status, the headers and half of the body; then the connection is closed. */
    HALF,
    /** Nothing: the connection is reset. */
    NONE
}
