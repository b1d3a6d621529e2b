package tally.server.internal;

import java.util.List;
import java.util.UUID;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import tally.flow.FlowId;
import tally.flow.Statements;
import tally.ledger.Book;
import tally.money.Holder;
import tally.money.Tenant;

/// How the book's lines look from outside.
@Component
@Lazy
final class HistoryViews {

  private final Statements statements;
  private final Assets assets;

  HistoryViews(Statements statements, Assets assets) {
    this.statements = statements;
    this.assets = assets;
  }

  List<Views.HistoryLine> lines(Tenant tenant, Holder holder) {
    return statements.lines(tenant, holder, assets.fiat()).stream()
        .map(line ->
            new Views.HistoryLine(
                line.seq(),
                line.at(),
                line.entry(),
                line.reason(),
                line.came(),
                line.amount(),
                line.after(),
                line.story().map(FlowId::value).orElse(null)))
        .toList();
  }

  List<Views.EntryLine> entries(Tenant tenant, Holder holder, UUID story) {
    return statements.entries(tenant, holder, new FlowId(story)).stream()
        .map(HistoryViews::view)
        .toList();
  }

  static Views.EntryLine view(Book.Written written) {
    var entry = written.entry();
    var postings =
        entry.postings().stream()
            .map(line -> new Views.PostingLine(line.from().path(), line.to().path(), line.amount()))
            .toList();
    return new Views.EntryLine(
        written.seq(), written.at(), entry.id().value(), entry.reason(), postings);
  }
}
