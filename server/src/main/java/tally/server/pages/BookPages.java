package tally.server.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.math.BigInteger;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import tally.ledger.Balance;
import tally.ledger.Book;
import tally.money.Asset;
import tally.party.Party;
import tally.server.internal.OperatorDoor;
import tally.server.internal.Page;
import tally.server.internal.Views;

/// The book as an operator reads it: what each kind of account holds, one kind's own accounts, and
/// the newest entries of either.
@PageDoor
public class BookPages {

  private static final int ENTRIES = 25;
  private static final int ACCOUNTS = 100;

  /// @param path of an account, or what a kind of them begins with
  /// @param kind the first word of the path
  /// @param units may be below zero, where value enters and leaves the book
  public record Sum(String path, String kind, Asset asset, BigInteger units) {}

  /// @param account what the accounts that are shown begin with; empty for all
  /// @param more how many accounts are not shown
  /// @param balanced whether every asset's balances are zero together
  /// @param verified the verdict that was just asked for
  public record Kept(
      Frame frame,
      String account,
      List<Sum> sums,
      int more,
      boolean balanced,
      Page<Views.EntryLine> entries,
      Views.@Nullable Verified verified) {}

  private final Pages pages;
  private final OperatorDoor operator;
  private final Book book;

  BookPages(Pages pages, OperatorDoor operator, Book book) {
    this.pages = pages;
    this.operator = operator;
    this.book = book;
  }

  @GetMapping("/operate")
  ResponseEntity<String> book(
      @AuthenticationPrincipal Party party,
      @RequestParam(defaultValue = "") String account,
      @RequestParam(required = false) @Nullable String after,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "book");
    return pages.show("operator/book", read(frame, party, account.strip(), after, null));
  }

  /// Reads the whole book again, sums, holds and the chain of its entries.
  @PostMapping("/operate/verify")
  ResponseEntity<String> verify(
      @AuthenticationPrincipal Party party,
      HttpServletRequest request,
      HttpServletResponse response) {
    var frame = pages.frame(request, response, party, "book");
    var verified = operator.verify();
    return pages.show("operator/book", read(frame, party, "", null, verified));
  }

  private Kept read(
      Frame frame,
      Party party,
      String account,
      @Nullable String after,
      Views.@Nullable Verified verified) {
    var balances = book.balances(party.tenant(), "");
    var sums =
        account.isEmpty()
            ? kinds(balances)
            : balances.stream()
                .filter(one -> one.account().path().startsWith(account))
                .map(BookPages::sum)
                .toList();
    return new Kept(
        frame,
        account,
        sums.stream().limit(ACCOUNTS).toList(),
        Math.max(0, sums.size() - ACCOUNTS),
        balanced(balances),
        operator.entries(party, account, ENTRIES, after),
        verified);
  }

  private static Sum sum(Balance one) {
    var path = one.account().path();
    return new Sum(path, kind(path), one.asset(), one.posted());
  }

  private static String kind(String path) {
    return path.split("/", 2)[0];
  }

  private static List<Sum> kinds(List<Balance> balances) {
    var sums = new TreeMap<String, Sum>();
    for (var one : balances) {
      var kind = kind(one.account().path());
      sums.merge(
          kind + " " + one.asset(),
          new Sum(kind, kind, one.asset(), one.posted()),
          (before, next) -> new Sum(kind, kind, before.asset(), before.units().add(next.units())));
    }
    return List.copyOf(sums.values());
  }

  private static boolean balanced(List<Balance> balances) {
    var sums = new TreeMap<String, BigInteger>();
    balances.forEach(one -> sums.merge(one.asset().toString(), one.posted(), BigInteger::add));
    return sums.values().stream().allMatch(sum -> sum.signum() == 0);
  }
}
