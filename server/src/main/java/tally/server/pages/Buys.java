package tally.server.pages;

/// What money buys of one offering, rounded down.
///
/// @param link to the offering
public record Buys(String link, String title, String amount) {}
