package tally.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tally.money.Holder;
import tally.x402.ChannelId;

class AccountTest {

  static List<Class<?>> everyAccount() {
    var found = new ArrayList<Class<?>>();
    collect(Account.class, found);
    return found;
  }

  private static void collect(Class<?> type, List<Class<?>> into) {
    for (var permitted : type.getPermittedSubclasses()) {
      if (permitted.isSealed()) {
        collect(permitted, into);
      } else {
        into.add(permitted);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyAccount")
  void every_account_of_the_chart_is_found_again_by_its_path(Class<?> type) throws Exception {
    assertThat(type).isRecord();
    assertThat(Modifier.isFinal(type.getModifiers())).isTrue();
    var components = type.getRecordComponents();
    var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    var values = Arrays.stream(components).map(AccountTest::sample).toArray();
    var account = (Account) type.getDeclaredConstructor(types).newInstance(values);

    assertThat(Account.of(account.path())).isEqualTo(account);
    assertThat(account.path()).doesNotContain(" ").hasSizeLessThan(400);
    assertThat(account instanceof Account.OfLot && account.rim())
        .as("a person's account is never at the rim")
        .isFalse();
  }

  private static Object sample(RecordComponent component) {
    return switch (component.getType().getSimpleName()) {
      case "Holder" -> new Holder("party:018f-x.y_Z");
      case "LotId" -> new LotId(UUID.fromString("018f3b1c-0000-7000-8000-00000000abcd"));
      case "ChannelId" -> ChannelId.of("0x" + "0123456789abcdef".repeat(4));
      case "String" -> "fake-1.main";
      default -> throw new AssertionError("no sample for " + component);
    };
  }

  @Test
  void no_two_accounts_share_a_path() throws Exception {
    var paths = new HashSet<String>();
    for (var type : everyAccount()) {
      var components = type.getRecordComponents();
      var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      var values = Arrays.stream(components).map(AccountTest::sample).toArray();
      assertThat(
              paths.add(((Account) type.getDeclaredConstructor(types).newInstance(values)).path()))
          .as(type.getSimpleName())
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "bank/",
        "bank/x",
        "Bank",
        "exchange/x",
        "suspense",
        "suspense/",
        "suspense/a/b",
        "suspense/a b",
        "available/house",
        "available/house/not-a-lot",
        "available/house/1-1-1-1-1",
        "available/house/018F3B1C-0000-7000-8000-00000000ABCD",
        "available//018f3b1c-0000-7000-8000-00000000abcd",
        "locked/house/018f3b1c-0000-7000-8000-00000000abcd/0x12",
        "reserve/fake\n",
      })
  void a_path_that_names_no_account_is_refused(String path) {
    assertThatThrownBy(() -> Account.of(path)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", " a", "a b", "-a", "ä", "a\n"})
  void a_word_cannot_pretend_to_be_two(String word) {
    assertThatThrownBy(() -> new Account.Suspense(word))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Account.GatewayFees(word))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
