package tally.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What the pages answer to a browser that is not a friendly one.
@Tag("node")
class PagesIT {

  private static final WholeNode NODE = WholeNode.shared();
  private static final Pattern MARK =
      Pattern.compile("name=\"form\" value=\"([A-Za-z0-9_-]{43})\"");
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void a_one_time_link_opens_one_session_and_no_second() {
    var link = NODE.operator().post("/api/v1/session/link", UUID.randomUUID(), Map.of());
    var url = URI.create(link.need(201).path("url").asString());
    assertThat(url.getPath()).isEqualTo("/in");
    var in = send(HttpRequest.newBuilder(url));
    assertThat(in.statusCode()).isEqualTo(303);
    assertThat(in.headers().firstValue("Set-Cookie").orElseThrow())
        .contains("tally_session=", "HttpOnly", "SameSite=Lax");
    var again = send(HttpRequest.newBuilder(url).header("Accept", "text/html"));
    assertThat(again.statusCode()).isEqualTo(401);
    assertThat(again.body()).contains("This link was used, or is too old.", "No money moved.");
  }

  @Test
  void a_program_follows_a_link_too() {
    var link = NODE.operator().post("/api/v1/session/link", UUID.randomUUID(), Map.of());
    var token = link.need(201).path("url").asString().split("token=", 2)[1];
    var body = Map.of("token", token);
    var opened = NODE.anyone().post("/api/v1/session/follow", UUID.randomUUID(), body).need(201);
    var name = NODE.anyone().as(opened.path("token").asString()).get("/api/v1/me").need(200);
    assertThat(name.path("name").asString()).isEqualTo("operator");
    var again = NODE.anyone().post("/api/v1/session/follow", UUID.randomUUID(), body);
    assertThat(again.status()).isEqualTo(401);
    assertThat(again.code()).isEqualTo("link_used");
  }

  @Test
  void a_form_that_another_page_sends_changes_nothing() {
    var eve = session("eve");
    var before = NODE.digest();
    var form = Map.of("id", UUID.randomUUID().toString(), "amount", "25.00", "way", "card");
    assertThat(post(eve, "/money", form).statusCode()).isEqualTo(403);
    var guessed = new java.util.HashMap<>(form);
    guessed.put("form", "A".repeat(43));
    var refused = post(eve, "/money", guessed);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("This form is too old.");
    assertThat(post(eve, "/sign-out", Map.of()).statusCode()).isEqualTo(403);
    assertThat(NODE.digest()).isEqualTo(before);
  }

  @Test
  void another_sessions_mark_is_none() {
    var ann = session("ann");
    var mark = mark(get(ann, "/money").body());
    var other = session("ben");
    var form = Map.of("form", mark, "theme", "dark");
    assertThat(post(ann, "/look", form).statusCode()).isEqualTo(303);
    assertThat(post(other, "/look", form).statusCode()).isEqualTo(403);
    var account = Map.of("form", mark, "name", "ann", "password", "whatever it is");
    assertThat(send(request("/sign-in", account)).statusCode()).isEqualTo(403);
    assertThat(send(request("/sign-in", form)).statusCode()).isEqualTo(400);
  }

  @Test
  void a_wish_of_language_and_light_goes_with_the_account_to_any_browser() {
    var lea = NODE.person("lea");
    var mark = mark(get(token(lea), "/").body());
    post(token(lea), "/look", Map.of("form", mark, "language", "de"));
    post(token(lea), "/look", Map.of("form", mark, "theme", "dark"));
    assertThat(get(token(lea), "/").body()).contains("<html lang=\"de\" data-theme=\"dark\">");
    assertThat(get(session("leo"), "/").body()).contains("<html lang=\"en\">");
    post(token(lea), "/look", Map.of("form", mark, "theme", "system", "language", "xx"));
    assertThat(get(token(lea), "/").body()).contains("<html lang=\"de\">");
  }

  @Test
  void without_an_account_the_browser_keeps_the_wish() {
    var door = send(HttpRequest.newBuilder(at("/sign-in")));
    var visit = door.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    var form = Map.of("form", mark(door.body()), "language", "de", "to", "/sign-in");
    var kept = send(request("/look", form).header("Cookie", visit));
    var wish = kept.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(wish).startsWith("tally_language=de;").contains("Max-Age=31536000");
    var again = HttpRequest.newBuilder(at("/sign-in")).header("Cookie", wish.split(";", 2)[0]);
    assertThat(send(again).body()).contains("<html lang=\"de\">");
  }

  @Test
  void the_same_form_twice_pays_once() {
    var cleo = session("cleo");
    var mark = mark(get(cleo, "/money").body());
    var form =
        Map.of("form", mark, "id", UUID.randomUUID().toString(), "amount", "7.00", "way", "card");
    var first = post(cleo, "/money", form);
    var second = post(cleo, "/money", form);
    assertThat(first.statusCode()).isEqualTo(303);
    assertThat(second.headers().firstValue("Location"))
        .isEqualTo(first.headers().firstValue("Location"));
    assertThat(NODE.anyone().as(cleo).get("/api/v1/topups").need(200).path("items")).hasSize(1);
  }

  @Test
  void nobody_sees_what_is_anothers() {
    var dan = session("dan");
    var mark = mark(get(dan, "/money").body());
    var form =
        Map.of("form", mark, "id", UUID.randomUUID().toString(), "amount", "7.00", "way", "card");
    var path = post(dan, "/money", form).headers().firstValue("Location").orElseThrow();
    assertThat(get(dan, path).statusCode()).isEqualTo(200);
    var eli = session("eli");
    var id = path.substring(path.lastIndexOf('/') + 1);
    for (var place : List.of(path, path + "/live", "/history/" + id, "/refund/" + id)) {
      assertThat(get(eli, place).statusCode()).as(place).isEqualTo(404);
    }
  }

  private record Deal(Caller seller, Caller buyer, String title, String purchase, String payment) {}

  @Test
  void every_list_has_ones_own_rows_and_nobody_elses() {
    var one = deal("Lamps");
    var other = deal("Chairs");
    for (var of : List.of(List.of(one, other), List.of(other, one))) {
      var mine = of.getFirst();
      var foreign = of.getLast();
      for (var place : List.of("/", "/services", "/history")) {
        assertThat(get(token(mine.buyer()), place).body())
            .as(place)
            .contains("/" + mine.purchase() + "\"")
            .doesNotContain(foreign.purchase());
      }
      assertThat(get(token(mine.seller()), "/sell").body())
          .contains(mine.title() + "</a>", "<b>" + mine.title() + "</b>", "1 connected")
          .doesNotContain(foreign.title());
      assertThat(get(token(mine.seller()), "/services").body()).doesNotContain(mine.purchase());
    }
    assertThat(get(token(NODE.operator()), "/operate/payments").body())
        .contains(one.payment(), other.payment());
    assertThat(get(token(one.buyer()), "/operate/payments").statusCode()).isEqualTo(403);
  }

  private static Deal deal(String what) {
    var title = what + " " + WholeNode.part();
    var seller = NODE.person("gil");
    var offering = seller.offer(UUID.randomUUID(), title, NODE.folder(what).toString()).id();
    var buyer = NODE.person("ida");
    var payment = buyer.topUp("9.00").path("payment").asString();
    var quote = buyer.quote(UUID.randomUUID(), offering, "5.00").id();
    var purchase = buyer.purchase(UUID.randomUUID(), quote).id();
    buyer.awaitState("/api/v1/purchases/" + purchase, "running");
    return new Deal(seller, buyer, title, purchase, payment);
  }

  @Test
  void a_strangers_title_is_text_and_never_a_formula_or_a_tag() throws IOException {
    var title = "<script>alert(1)</script> " + WholeNode.part();
    var folder = NODE.folder("titles-" + WholeNode.part()).toString();
    var offering = NODE.person("fay").offer(UUID.randomUUID(), title, folder).id();
    var gus = session("gus");
    assertThat(get(gus, "/market").body()).contains("&lt;script>").doesNotContain("<script>alert");
    assertThat(get(gus, "/market/" + offering).body()).doesNotContain("<script>alert");
  }

  @Test
  void a_page_runs_no_script_but_ours_and_is_kept_by_nobody() {
    var page = get(session("hal"), "/");
    assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'")
        .doesNotContain("script-src 'self' 'unsafe");
    assertThat(page.body()).doesNotContain("onclick", "javascript:").doesNotContain("<script>");
  }

  @Test
  void whoever_is_not_signed_in_is_led_to_the_door_and_back_to_a_page_of_ours_only() {
    var away = send(HttpRequest.newBuilder(at("/history")).header("Accept", "text/html"));
    assertThat(away.statusCode()).isEqualTo(303);
    assertThat(away.headers().firstValue("Location")).contains("/sign-in?to=%2Fhistory");
    var door = send(HttpRequest.newBuilder(at("/sign-in?to=https://evil.example/")));
    assertThat(door.body()).contains("name=\"to\" value=\"/\"").doesNotContain("evil.example");
  }

  @Test
  void a_history_can_be_kept_as_a_table() {
    var ivy = NODE.person("ivy");
    ivy.topUp("20.00");
    NODE.quiet();
    var csv = get(token(ivy), "/history.csv").body().lines().toList();
    assertThat(csv.getFirst()).isEqualTo("time,what,amount,available,asset,entry");
    assertThat(csv.get(1)).contains(",\"Added money\",20.00,20.00,USD,");
    var line = ivy.get("/api/v1/history").need(200).path("items").path(0);
    assertThat(csv.get(1)).endsWith(line.path("entry").asString());
    var receipt = ivy.get("/api/v1/history/" + line.path("story").asString()).need(200);
    assertThat(receipt.path("entries").path(0).path("reason").asString())
        .isEqualTo("topup captured");
  }

  @Test
  void what_is_ones_own_stays_his_while_the_operator_pays_nothing_out() {
    var jan = session("jan");
    var page = get(jan, "/own").body();
    assertThat(page).contains("It is paid out nowhere else.").doesNotContain("name=\"password\"");
    var form =
        Map.of(
            "form",
            mark(page),
            "id",
            UUID.randomUUID().toString(),
            "to",
            "0x" + "44".repeat(20),
            "amount",
            "1.00",
            "password",
            "whatever it is");
    var refused = post(jan, "/own/fake", form);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("It stays yours, and pays for services.");
  }

  @Test
  void whose_payment_is_disputed_sees_what_is_held_and_what_he_can_do() {
    var kay = NODE.person("kay");
    kay.topUp("20.06");
    Caller.until("frozen", () -> kay.balance("frozen"), "20.06"::equals);
    NODE.quiet();
    assertThat(get(token(kay), "/").body()).contains("href=\"/disputes\"");
    var page = get(token(kay), "/disputes").body();
    assertThat(page).contains("A payment of $20.06", ">Held<");
    var id = kay.get("/api/v1/me/disputes").need(200).path("items").path(0).path("dispute");
    var appeal = "/disputes/" + id.asString() + "/appeal";
    var refused = post(token(kay), appeal, Map.of("form", mark(page)));
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("Nothing is held because of it yet.", "Nothing was taken.");
  }

  private String session(String name) {
    return token(NODE.person(name));
  }

  private static String token(Caller person) {
    return person.session();
  }

  private static String mark(String page) {
    var found = MARK.matcher(page);
    assertThat(found.find()).isTrue();
    return found.group(1);
  }

  private HttpResponse<String> get(String session, String path) {
    return send(
        HttpRequest.newBuilder(at(path))
            .header("Accept", "text/html")
            .header("Cookie", "tally_session=" + session));
  }

  private HttpResponse<String> post(String session, String path, Map<String, String> form) {
    return send(request(path, form).header("Cookie", "tally_session=" + session));
  }

  private static HttpRequest.Builder request(String path, Map<String, String> form) {
    var body =
        form.entrySet().stream()
            .map(field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return HttpRequest.newBuilder(at(path))
        .header("Accept", "text/html")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(body));
  }

  private static URI at(String path) {
    return NODE.privateDoor().resolve(path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
