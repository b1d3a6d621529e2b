package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.springframework.http.HttpMethod.GET;
import static org.springframework.http.HttpMethod.POST;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tally.delivery.Delivery.Side;

class RolesTest {

  private static final List<Routes.Route> ROUTES = new Routes(true).all();
  private static final Roles ALL = new Roles("processor,provider,consumer");

  @Test
  void a_provider_sells_and_neither_takes_money_nor_buys() {
    var provider = new Roles("provider");
    assertThat(provider.opens(POST, "/pay/{delivery}")).isTrue();
    assertThat(provider.opens(POST, "/api/v1/offerings")).isTrue();
    assertThat(provider.opens(POST, "/api/v1/topups")).isFalse();
    assertThat(provider.opens(POST, "/webhooks/{gateway}")).isFalse();
    assertThat(provider.opens(POST, "/api/v1/purchases")).isFalse();
    assertThat(provider.runs("claims")).isTrue();
    assertThat(provider.runs("delivery-janitor")).isTrue();
    assertThat(provider.runs("payer")).isFalse();
    assertThat(provider.runs("payment-inbox")).isFalse();
  }

  @Test
  void a_provider_takes_over_what_is_served_and_a_consumer_what_is_received() {
    assertThat(new Roles("provider").sides()).containsExactly(Side.SELLER);
    assertThat(new Roles("consumer").sides()).containsExactly(Side.BUYER);
    assertThat(new Roles("processor").sides()).isEmpty();
    assertThat(ALL.sides()).containsExactlyInAnyOrder(Side.values());
  }

  @Test
  void what_an_operator_sees_of_money_is_closed_where_its_doors_are() {
    var closed =
        ROUTES.stream()
            .filter(route ->
                route.pattern().matches("/operate/(payments|refunds|disputes|reserve)(/.*)?"))
            .toList();
    assertThat(closed).hasSizeGreaterThan(4);
    for (var role : new String[] {"provider", "consumer", "provider,consumer"}) {
      var one = new Roles(role);
      assertThat(closed).as(role).noneMatch(it -> one.opens(it.method(), it.pattern()));
      assertThat(one.opens(GET, "/operate")).as(role).isTrue();
      assertThat(one.opens(GET, "/operate/queue")).as(role).isTrue();
    }
  }

  @Test
  void everybody_may_read_what_is_offered_but_only_a_provider_offers() {
    var consumer = new Roles("consumer");
    assertThat(consumer.opens(GET, "/api/v1/offerings/{id}")).isTrue();
    assertThat(consumer.opens(POST, "/api/v1/offerings")).isFalse();
  }

  @Test
  void what_belongs_to_no_role_is_on_every_node() {
    for (var role : new String[] {"processor", "provider", "consumer"}) {
      var one = new Roles(role);
      assertThat(one.opens(GET, "/")).as(role).isTrue();
      assertThat(one.opens(GET, "/api/v1/node")).as(role).isTrue();
      assertThat(one.runs("network-sender")).as(role).isTrue();
      assertThat(one.runs("flows")).as(role).isTrue();
    }
  }

  @Test
  void with_all_roles_every_route_is_open() {
    assertThat(ROUTES).allMatch(route -> ALL.opens(route.method(), route.pattern()));
  }

  @Test
  void every_door_of_a_role_is_a_route() {
    assertThat(Roles.DOORS.keySet())
        .allMatch(door -> ROUTES.stream().anyMatch(it -> it.pattern().startsWith(door)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "seller", "processor,,provider", "PROCESSOR"})
  void an_unknown_role_stops_the_start(String written) {
    assertThatThrownBy(() -> new Roles(written))
        .isInstanceOfSatisfying(
            StartRefused.class, it -> assertThat(it.code()).isEqualTo("role_unknown"));
  }
}
