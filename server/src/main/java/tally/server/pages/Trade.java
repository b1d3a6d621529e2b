package tally.server.pages;

import java.util.List;
import tally.server.internal.Views;

/// What a provider sells, to whom, and what it brings, as read at one moment.
///
/// @param purse his name and his money
/// @param newest the takings are those of so many newest sales; 0 where they are those of all
public record Trade(
    Frame.Who purse,
    Views.Income income,
    List<Views.Offering> offerings,
    Takings takings,
    int newest,
    List<Sold> now,
    List<Sold> lately) {
  public Trade {
    offerings = List.copyOf(offerings);
    now = List.copyOf(now);
    lately = List.copyOf(lately);
  }
}
