package tally.party.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tally.TestDatabase;
import tally.money.Tenant;
import tally.party.Parties;
import tally.party.Parties.Answer;
import tally.party.Parties.Entrance;
import tally.party.Party;
import tally.party.Passwords;

class JdbcPartiesTest {

  private static final String PASSWORD = "grass on 3 hills";
  private static TestDatabase database;

  private Instant now = Instant.parse("2026-11-01T12:00:00Z");
  private final AtomicInteger checks = new AtomicInteger();
  private Parties parties;

  @BeforeAll
  static void start() {
    database = TestDatabase.fresh();
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @BeforeEach
  void clear() {
    database
        .jdbc()
        .sql("truncate party.party, party.session, party.link, party.try cascade")
        .update();
    parties = parties(7);
  }

  private Parties parties(long seed) {
    return new Parties(
        new JdbcParties(database.jdbc(), database.transactions()),
        new Counting(new Pbkdf2Passwords(10)),
        Parties.Settings.DEFAULT,
        new SplittableRandom(seed),
        () -> now);
  }

  /// Counts how often a password is checked, which is the work that takes time.
  private final class Counting implements Passwords {
    private final Passwords inner;

    Counting(Passwords inner) {
      this.inner = inner;
    }

    @Override
    public String hash(String password) {
      return inner.hash(password);
    }

    @Override
    public boolean matches(String password, String hash) {
      checks.incrementAndGet();
      return inner.matches(password, hash);
    }
  }

  private static Party aParty(String name) {
    return new Party(
        new Party.Id(UUID.randomUUID()), Tenant.HOUSE, name, Set.of(Party.Role.PERSON));
  }

  private Party ann() {
    var party = aParty("ann");
    assertThat(parties.register(party, PASSWORD)).isEqualTo(new Answer.Registered(party));
    return party;
  }

  private Entrance.Open enter(String name) {
    var entrance = parties.signIn(Tenant.HOUSE, name, PASSWORD);
    assertThat(entrance).isInstanceOf(Entrance.Open.class);
    return (Entrance.Open) entrance;
  }

  private static String code(Object answer) {
    return switch (answer) {
      case Answer.Refused(var code, _) -> code;
      case Entrance.Refused(var code, _) -> code;
      case Parties.Proof.Refused(var code, _) -> code;
      default -> "no refusal: " + answer;
    };
  }

  @Test
  void the_same_registration_again_answers_the_first_and_another_under_its_id_is_refused() {
    var ann = ann();
    assertThat(parties.register(ann, PASSWORD)).isEqualTo(new Answer.Registered(ann));
    assertThat(code(parties.register(ann, "another one 77"))).isEqualTo("id_reused");
    var renamed = new Party(ann.id(), ann.tenant(), "anna", ann.roles());
    assertThat(code(parties.register(renamed, PASSWORD))).isEqualTo("id_reused");
    assertThat(code(parties.register(aParty("ann"), PASSWORD))).isEqualTo("name_taken");
    assertThat(parties.find(Tenant.HOUSE, "ann")).contains(ann);
  }

  @Test
  void a_session_is_no_proof_and_the_password_is() {
    var ann = ann();
    enter("ann");
    assertThat(parties.prove(ann, PASSWORD)).isEqualTo(new Parties.Proof.Proven(now));
    assertThat(code(parties.prove(ann, "another one 77"))).isEqualTo("step_up_required");
    assertThat(code(parties.prove(ann, "a".repeat(257)))).isEqualTo("step_up_required");
    assertThat(code(parties.prove(aParty("nobody"), PASSWORD))).isEqualTo("step_up_required");
  }

  @Test
  void wrong_proofs_lock_as_wrong_sign_ins_do() {
    var ann = ann();
    for (int i = 0;
        i < 100 && !code(parties.prove(ann, "wrong one 77")).equals("sign_in_locked");
        i++) {}
    assertThat(code(parties.prove(ann, PASSWORD))).isEqualTo("sign_in_locked");
    assertThat(code(parties.signIn(Tenant.HOUSE, "ann", PASSWORD))).isEqualTo("sign_in_locked");
  }

  @Test
  void names_and_passwords_are_held_to_the_rule() {
    for (var name : List.of("ab", "Ann", "an n", "a".repeat(33), "änn", "")) {
      assertThat(code(parties.register(aParty(name), PASSWORD)))
          .as(name)
          .isEqualTo("name_malformed");
    }
    for (var password :
        List.of(
            "short", "ninechars", "1234567890", "Password123", "aaaaaaaaaaaa", "a".repeat(257))) {
      assertThat(code(parties.register(aParty("bob"), password)))
          .as(password)
          .isEqualTo("password_weak");
    }
    assertThat(code(parties.register(aParty("bob.the-builder"), "bob.the-builder")))
        .isEqualTo("password_weak");
    assertThat(parties.find(Tenant.HOUSE, "bob")).isEmpty();
  }

  @Test
  void the_same_name_may_be_had_once_in_each_tenant() {
    ann();
    var shop = new Tenant("shop");
    parties.admit(shop);
    parties.admit(shop);
    var other =
        new Party(new Party.Id(UUID.randomUUID()), shop, "ann", Set.of(Party.Role.OPERATOR));
    assertThat(parties.register(other, PASSWORD)).isEqualTo(new Answer.Registered(other));
    assertThat(parties.find(shop, "ann")).contains(other);
  }

  @Test
  void a_session_stands_until_it_is_signed_out_and_only_its_hash_is_kept() {
    var ann = ann();
    var open = enter("ann");
    assertThat(open.party()).isEqualTo(ann);
    assertThat(open.token()).hasSize(43);
    assertThat(open.toString()).doesNotContain(open.token());
    assertThat(parties.session(open.token())).contains(ann);
    assertThat(
            database.jdbc().sql("select s::text from party.session s").query(String.class).single())
        .doesNotContain(open.token());
    parties.signOut(open.token());
    assertThat(parties.session(open.token())).isEmpty();
    assertThat(parties.session("no such token")).isEmpty();
  }

  @Test
  void a_session_goes_idle_after_thirty_minutes_and_use_keeps_it_up_to_twelve_hours() {
    ann();
    var idle = enter("ann").token();
    var used = enter("ann").token();
    var start = now;
    while (now.isBefore(start.plus(Duration.ofHours(11).plusMinutes(30)))) {
      now = now.plus(Duration.ofMinutes(29));
      assertThat(parties.session(used)).isPresent();
    }
    assertThat(parties.session(idle)).isEmpty();
    now = start.plus(Duration.ofHours(12));
    assertThat(parties.session(used)).isEmpty();
    assertThat(parties.tick()).isEqualTo(2);
  }

  @Test
  void a_rotated_token_is_void_and_the_new_one_keeps_the_old_end() {
    ann();
    var open = enter("ann");
    now = now.plusSeconds(60);
    var fresh = parties.rotate(open.token()).orElseThrow();
    assertThat(fresh.until()).isEqualTo(open.until());
    assertThat(parties.session(open.token())).isEmpty();
    assertThat(parties.rotate(open.token())).isEmpty();
    assertThat(parties.session(fresh.token())).isPresent();
  }

  @Test
  void five_wrong_passwords_lock_the_name_for_a_growing_time() {
    ann();
    for (int i = 0; i < 5; i++) {
      assertThat(code(parties.signIn(Tenant.HOUSE, "ann", "wrong wrong")))
          .isEqualTo("sign_in_refused");
    }
    assertThat(code(parties.signIn(Tenant.HOUSE, "ann", PASSWORD))).isEqualTo("sign_in_locked");
    now = now.plusSeconds(60);
    assertThat(code(parties.signIn(Tenant.HOUSE, "ann", "wrong wrong")))
        .isEqualTo("sign_in_refused");
    now = now.plusSeconds(119);
    assertThat(code(parties.signIn(Tenant.HOUSE, "ann", PASSWORD))).isEqualTo("sign_in_locked");
    now = now.plusSeconds(1);
    enter("ann");
    for (int i = 0; i < 4; i++) {
      parties.signIn(Tenant.HOUSE, "ann", "wrong wrong");
    }
    enter("ann");
  }

  @Test
  void many_guesses_at_once_are_not_more_than_five() throws Exception {
    ann();
    var guesses = new ArrayList<Callable<String>>();
    for (int i = 0; i < 40; i++) {
      guesses.add(() -> code(parties.signIn(Tenant.HOUSE, "ann", "wrong wrong")));
    }
    int refused = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(guesses)) {
        refused += answer.get().equals("sign_in_refused") ? 1 : 0;
      }
    }
    assertThat(refused).isEqualTo(5);
    assertThat(checks.get()).isEqualTo(5);
  }

  @Test
  void an_unknown_name_costs_the_same_check_and_is_locked_alike() {
    ann();
    for (var name : List.of("ann", "nobody")) {
      checks.set(0);
      for (int i = 0; i < 5; i++) {
        assertThat(code(parties.signIn(Tenant.HOUSE, name, "wrong wrong")))
            .isEqualTo("sign_in_refused");
      }
      assertThat(checks.get()).as(name).isEqualTo(5);
      assertThat(code(parties.signIn(Tenant.HOUSE, name, "wrong wrong")))
          .isEqualTo("sign_in_locked");
    }
    checks.set(0);
    assertThat(code(parties.signIn(Tenant.HOUSE, "No Name At All", "wrong")))
        .isEqualTo("sign_in_refused");
    assertThat(checks.get()).isEqualTo(1);
  }

  @Test
  void a_link_opens_one_session_once_within_ten_minutes() throws Exception {
    var ann = ann();
    var link = parties.link(ann.id());
    var follows = new ArrayList<Callable<Entrance>>();
    for (int i = 0; i < 20; i++) {
      follows.add(() -> parties.follow(link));
    }
    var opened = new ArrayList<Entrance.Open>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var answer : threads.invokeAll(follows)) {
        switch (answer.get()) {
          case Entrance.Open open -> opened.add(open);
          case Entrance.Refused(var code, _) -> assertThat(code).isEqualTo("link_used");
        }
      }
    }
    assertThat(opened).hasSize(1);
    assertThat(parties.session(opened.getFirst().token())).contains(ann);

    var late = parties.link(ann.id());
    now = now.plus(Duration.ofMinutes(10));
    assertThat(code(parties.follow(late))).isEqualTo("link_used");
    assertThat(code(parties.follow("made up"))).isEqualTo("link_used");
    assertThatThrownBy(() -> parties.link(new Party.Id(UUID.randomUUID())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void signing_out_everywhere_ends_all_sessions_and_voids_links() {
    var ann = ann();
    var one = enter("ann").token();
    var two = enter("ann").token();
    var link = parties.link(ann.id());
    parties.signOutEverywhere(ann.id());
    assertThat(parties.session(one)).isEmpty();
    assertThat(parties.session(two)).isEmpty();
    assertThat(code(parties.follow(link))).isEqualTo("link_used");
  }
}
