package tally.server.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.money.Amount;
import tally.money.Asset;
import tally.money.Tenant;
import tally.party.Party;
import tally.server.internal.Accounts;
import tally.server.internal.Assets;
import tally.server.internal.Publications;
import tally.server.internal.Recent;
import tally.server.internal.Sales;
import tally.server.internal.Views;

/// A provider's page as several windows watch it, over rooms that say what they are told to say.
class SellingPagesTest {

  private static final int WINDOWS = 6;
  private static final Amount NONE = Amount.zero(Asset.of("TUSD/6"));
  private final Party ann = person(1);
  private final Party ben = person(2);
  private final AtomicInteger reads = new AtomicInteger();
  private final CountDownLatch shown = new CountDownLatch(WINDOWS);
  private final Live live = new Live();
  private final Pages pages = mock();
  private final Sales sales = mock();
  private SellingPages selling;

  @BeforeEach
  void the_rooms_count_what_they_are_asked() {
    when(pages.frame(any(), any(), any(), any()))
        .thenReturn(RolePagesTest.frame("provider", RolePagesTest.who()));
    when(pages.who(any())).thenReturn(RolePagesTest.who());
    when(pages.part(any(), any(), any()))
        .thenAnswer(_ -> {
          shown.countDown();
          return "";
        });
    when(sales.income(any(), any()))
        .thenAnswer(_ -> {
          reads.incrementAndGet();
          return new Views.Income(NONE, NONE, NONE, NONE);
        });
    when(sales.list(any(), any(), anyInt())).thenReturn(List.of());
    selling =
        new SellingPages(
            pages,
            mock(Publications.class),
            sales,
            mock(Recent.class),
            mock(Accounts.class),
            mock(Assets.class),
            live,
            () -> Instant.EPOCH);
  }

  @AfterEach
  void everybody_leaves() {
    live.stop();
  }

  @Test
  void all_windows_of_one_person_show_one_read() throws InterruptedException {
    watched(ann, WINDOWS);
    assertThat(shown.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(reads).hasValue(1);
  }

  @Test
  void another_persons_window_shows_his_own() throws InterruptedException {
    watched(ann, WINDOWS - 1);
    watched(ben, 1);
    assertThat(shown.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(reads).hasValue(2);
  }

  private void watched(Party party, int windows) {
    for (int window = 0; window < windows; window++) {
      selling.watch(party, mock(HttpServletRequest.class), mock(HttpServletResponse.class));
    }
  }

  private static Party person(long number) {
    return new Party(
        new Party.Id(new UUID(0, number)),
        Tenant.HOUSE,
        "person " + number,
        Set.of(Party.Role.PERSON));
  }
}
