package tally.server.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import tally.party.Party;
import tally.server.internal.Refused;
import tally.server.internal.Road;
import tally.server.internal.Views;

/// What moved a person's money, with a receipt for each story, also as a table to keep.
@PageDoor
public class HistoryPages {

  private static final int SHOWN = 50;
  private static final List<String> KINDS = List.of("all", "added", "services", "refunds");

  /// @param show the filter that is chosen
  /// @param more the number of the next page, or 0
  public record History(
      Frame frame,
      Views.Whereabouts where,
      List<Lines.Line> lines,
      List<String> kinds,
      String show,
      int more) {}

  /// One of the three is there.
  public record Receipt(
      Frame frame,
      Views.Receipt receipt,
      Views.@Nullable TopUp topUp,
      @Nullable Service service,
      Views.@Nullable Refund refund) {}

  private final Pages pages;
  private final Lines lines;
  private final Services services;
  private final Road road;

  HistoryPages(Pages pages, Lines lines, Services services, Road road) {
    this.pages = pages;
    this.lines = lines;
    this.services = services;
    this.road = road;
  }

  @GetMapping("/history")
  ResponseEntity<String> history(
      @AuthenticationPrincipal Party party,
      @RequestParam(defaultValue = "all") String show,
      @RequestParam(defaultValue = "0") int page,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "history");
    var chosen = KINDS.contains(show) ? show : "all";
    var found = lines(frame, party, chosen);
    int from = Math.min(Math.max(0, page), found.size() / SHOWN) * SHOWN;
    var who = Optional.ofNullable(frame.who()).orElseThrow(Refused::notFound);
    return pages.show(
        "history",
        new History(
            frame,
            who.balance().whereabouts(),
            found.stream().skip(from).limit(SHOWN).toList(),
            KINDS,
            chosen,
            from + SHOWN < found.size() ? from / SHOWN + 1 : 0));
  }

  private List<Lines.Line> lines(Frame frame, Party party, String show) {
    return lines.of(frame, party).stream()
        .filter(line -> show.equals("all") || line.kind().equals(show))
        .toList();
  }

  /// The same lines for a spreadsheet: plain decimals, times in UTC.
  @GetMapping("/history.csv")
  ResponseEntity<String> csv(
      @AuthenticationPrincipal Party party,
      @RequestParam(defaultValue = "all") String show,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "history");
    var out = new StringBuilder("time,what,amount,available,asset,entry\r\n");
    for (var line : lines(frame, party, show)) {
      var of = line.line();
      out.append(of.at())
          .append(',')
          .append(quoted(line.what()))
          .append(',')
          .append(line.came() ? "" : "-")
          .append(of.amount().decimal())
          .append(',')
          .append(of.after().decimal())
          .append(',')
          .append(of.amount().asset().code())
          .append(',')
          .append(of.entry())
          .append("\r\n");
    }
    return Pages.table("tally-history.csv", out.toString());
  }

  /// A title is a stranger's word: no spreadsheet may take it for a formula.
  private static String quoted(String text) {
    var safe = text.matches("[=+@\\t\\r-].*") ? "'" + text : text;
    return '"' + safe.replace("\"", "\"\"") + '"';
  }

  @GetMapping("/history/{id}")
  ResponseEntity<String> receipt(
      @AuthenticationPrincipal Party party,
      @PathVariable UUID id,
      HttpServletRequest request,
      HttpServletResponse response) {
    var receipt = road.receipt(party.tenant(), party.holder(), id).orElseThrow(Refused::notFound);
    return pages.show(
        "receipt",
        new Receipt(
            pages.frame(request, response, party, "history"),
            receipt,
            road.topUp(party.tenant(), party.holder(), id).orElse(null),
            services.of(party, id).orElse(null),
            road.refund(party.tenant(), party.holder(), id).orElse(null)));
  }
}
