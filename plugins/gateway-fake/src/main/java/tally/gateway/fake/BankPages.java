package tally.gateway.fake;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import tally.gateway.fake.BankThings.BankPayment;
import tally.payment.port.Gateway.Status;

/// The hosted card page, without card fields: the payer says yes or no.
///
/// `GET /pay/{object}` shows it; `POST /pay/{object}` pays, `POST /pay/{object}/cancel` does not,
/// `POST /pay/{object}/secure` is the second factor. What is settled leads back to the merchant.
final class BankPages {

  private final FakeBank.Options options;
  private final BankRecords records;
  private final BankBooks books;

  BankPages(FakeBank.Options options, BankRecords records, BankBooks books) {
    this.options = options;
    this.records = records;
    this.books = books;
  }

  void handle(HttpExchange exchange, String rest) throws IOException {
    int slash = rest.indexOf('/');
    var object = slash < 0 ? rest : rest.substring(0, slash);
    var act = slash < 0 ? "" : rest.substring(slash + 1);
    var known = records.find(BankPayment.class, object);
    if (known.isEmpty()) {
      page(exchange, 404, "There is no such payment.");
      return;
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      show(exchange, known.get(), act.equals("secure"));
      return;
    }
    var payment =
        records.whole(() ->
            act.equals("cancel") && waits(known.get())
                ? books.cancel(object)
                : books.pay(object, act.equals("secure")));
    if (waits(payment)) {
      redirect(exchange, "/pay/" + object + "/secure");
    } else if (Behaviour.of(payment.amount()) == Behaviour.UNKNOWN) {
      lose();
    } else {
      redirect(exchange, payment.returnTo().toString());
    }
  }

  private void show(HttpExchange exchange, BankPayment payment, boolean secure) throws IOException {
    if (!waits(payment)) {
      redirect(exchange, payment.returnTo().toString());
      return;
    }
    var action = "/pay/" + payment.id();
    page(
        exchange,
        200,
        """
        <p>%s</p>
        <p><strong>%s</strong></p>
        <form method="post" action="%s"><button>%s</button></form>
        <form method="post" action="%s/cancel"><button>Cancel</button></form>
        """
            .formatted(
                escape(payment.description()),
                payment.amount(),
                secure ? action + "/secure" : action,
                secure ? "Confirm it is you" : "Pay",
                action));
  }

  private static boolean waits(BankPayment payment) {
    return payment.status() == Status.OPEN || payment.status() == Status.ACTION_REQUIRED;
  }

  /// The payer's browser waits, and then hears nothing.
  private void lose() {
    try {
      Thread.sleep(options.lost());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void redirect(HttpExchange exchange, String to) throws IOException {
    exchange.getResponseHeaders().set("Location", to);
    exchange.sendResponseHeaders(303, -1);
  }

  private static void page(HttpExchange exchange, int status, String body) throws IOException {
    var html =
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><title>Fake bank</title>
        <meta name="viewport" content="width=device-width"></head>
        <body><main><h1>Fake bank</h1><p>No real money moves here.</p>%s</main></body></html>
        """
            .formatted(body)
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
    exchange.sendResponseHeaders(status, html.length);
    exchange.getResponseBody().write(html);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
