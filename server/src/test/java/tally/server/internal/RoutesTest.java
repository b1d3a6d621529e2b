package tally.server.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tally.server.internal.Routes.Access;
import tally.server.internal.Routes.Side;

class RoutesTest {

  @Test
  void a_node_without_pages_answers_programs_alone() {
    assertThat(new Routes(false).all())
        .isNotEmpty()
        .noneMatch(route -> route.pattern().equals("/"))
        .noneMatch(route -> route.pattern().startsWith("/money"))
        .anyMatch(route -> route.pattern().equals("/api/v1/balance"));
  }

  @Test
  void no_page_is_public_and_only_the_doors_are_open_to_strangers() {
    assertThat(Routes.PAGES).allMatch(route -> route.side() == Side.PRIVATE);
    assertThat(Routes.PAGES)
        .filteredOn(route -> route.access() == Access.ANYONE)
        .extracting(Routes.Route::pattern)
        .containsOnly("/", "/in", "/sign-in", "/register", "/look", "/assets/*");
  }
}
