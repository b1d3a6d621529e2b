package tally.server.pages;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;
import tally.party.Party;
import tally.server.internal.Page;
import tally.server.internal.Road;
import tally.server.internal.Views;

/// A person's history, in words.
@Component
@WithPages
public final class Lines {

  /// @param what and `more` what happened
  /// @param link to its receipt, or empty
  public record Line(Views.HistoryLine line, String kind, String what, String more, String link) {

    public boolean came() {
      return line.came();
    }
  }

  private final Road road;
  private final Services services;

  Lines(Road road, Services services) {
    this.road = road;
    this.services = services;
  }

  /// Newest first.
  List<Line> of(Frame frame, Party party) {
    var names = names(party);
    return road.history(party.tenant(), party.holder()).stream()
        .map(line -> line(frame, line, names))
        .toList();
  }

  private Map<UUID, Service> names(Party party) {
    var names = new HashMap<UUID, Service>();
    services.of(party, Page.REACH).forEach(one -> names.put(one.purchase().id(), one));
    return names;
  }

  private static Line line(Frame frame, Views.HistoryLine line, Map<UUID, Service> names) {
    var key = "line." + line.reason().replace(' ', '_');
    var story = line.story();
    var service = story == null ? null : names.get(story);
    var title = service == null ? frame.say("line.service") : service.offering().title();
    var words = frame.words();
    return new Line(
        line,
        kind(line.reason()),
        words.find(key, title).orElse(line.reason()),
        words.find(key + ".more").orElse(""),
        story == null ? "" : "/history/" + story);
  }

  /// The filter that a line belongs to: `added`, `services`, `refunds`, `disputes`.
  private static String kind(String reason) {
    var first = reason.split(" ", 2)[0];
    return switch (first) {
      case "topup" -> "added";
      case "purchase" -> "services";
      case "refund" -> "refunds";
      default -> "disputes";
    };
  }
}
