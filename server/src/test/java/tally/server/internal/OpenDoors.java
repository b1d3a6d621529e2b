package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.when;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.test.context.bean.override.mockito.MockitoBean;
import tally.custody.Custody;
import tally.escrow.Alarms;
import tally.ledger.Book;
import tally.market.Offerings;
import tally.money.Asset;
import tally.money.Tenant;
import tally.network.Follower;
import tally.network.Transactions;
import tally.party.Parties;
import tally.party.Party;
import tally.payment.Disputes;
import tally.payment.Inbox;
import tally.payment.Payments;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Both listeners on free ports before rooms that say what they are told to say; ann is signed in.
@SpringBootTest(
    classes = OpenDoors.App.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = "tally.public.port=0")
abstract class OpenDoors {

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration(
      exclude = {
        DataSourceAutoConfiguration.class,
        FlywayAutoConfiguration.class,
        UserDetailsServiceAutoConfiguration.class
      })
  @ComponentScan(
      basePackages = "tally.server.internal",
      excludeFilters =
          @ComponentScan.Filter(
              type = FilterType.ASSIGNABLE_TYPE,
              classes = {
                StorageConfiguration.class,
                WiringConfiguration.class,
                WorkersConfiguration.class
              }))
  static class App {}

  static final JsonMapper MAPPER = JsonMapper.builder().build();
  static final Asset USD = Asset.of("USD/2");
  final Party ann =
      new Party(new Party.Id(new UUID(1, 1)), Tenant.HOUSE, "ann", Set.of(Party.Role.PERSON));
  final HttpClient client = HttpClient.newHttpClient();

  @LocalServerPort int port;
  @Autowired PublicListener listener;
  @MockitoBean Road road;
  @MockitoBean Parties parties;
  @MockitoBean Book book;
  @MockitoBean Offerings offerings;
  @MockitoBean Sales sales;
  @MockitoBean Reserves reserves;
  @MockitoBean RefundDesk refundDesk;
  @MockitoBean DisputeDesk disputeDesk;
  @MockitoBean Custody custody;
  @MockitoBean Transactions transactions;
  @MockitoBean Follower follower;
  @MockitoBean Alarms alarms;
  @MockitoBean tally.payment.Alarms paymentAlarms;
  @MockitoBean Payments payments;
  @MockitoBean Disputes disputes;
  @MockitoBean Inbox inbox;
  @MockitoBean Accounts accounts;
  @MockitoBean Storage storage;

  @BeforeEach
  void ann_is_signed_in() {
    when(parties.session("ann")).thenReturn(Optional.of(ann));
    when(road.topUp(any(), any(), any(), any(), any()))
        .thenAnswer(it ->
            new Road.Answer.Done<>(
                new Views.TopUp(
                    it.getArgument(2), "waiting", it.getArgument(3), new UUID(0, 9), null, null),
                false));
  }

  HttpRequest.Builder post(String path, String body) {
    return HttpRequest.newBuilder(at(port, path))
        .header("Authorization", "Bearer ann")
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  HttpRequest.Builder publicPost(String path, String body) {
    return HttpRequest.newBuilder(at(listener.port(), path))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  static HttpRequest.Builder get(int port, String path) {
    return HttpRequest.newBuilder(at(port, path)).header("Authorization", "Bearer ann");
  }

  static URI at(int port, String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  static JsonNode json(HttpResponse<String> answer) {
    return MAPPER.readTree(answer.body());
  }

  static void assertProblem(HttpResponse<String> answer, int status, String code) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    assertThat(json(answer).at("/code").asString()).isEqualTo(code);
    assertThat(json(answer).at("/status").asInt()).isEqualTo(status);
  }
}
