package tally.party;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import tally.money.Refusal;
import tally.money.Tenant;

/// The keeper of parties and of their sessions.
///
/// A secret (session token, link) is 256 random bits, shown once; only its SHA-256 is stored.
/// Source: OWASP ASVS 3, `reference/payments.md` §7.
public final class Parties {

  private static final Pattern NAME = Pattern.compile("[a-z0-9._-]{3,32}");
  private static final int SECRET_BYTES = 32;

  /// A secret of ours has 43 characters; what is longer is not looked up.
  private static final int SECRET_LENGTH_MAX = 100;

  private final Store store;
  private final Passwords passwords;
  private final Settings settings;
  private final RandomGenerator chance;
  private final InstantSource clock;
  private final String decoy;

  /// @param chance must be a `SecureRandom` outside of tests
  public Parties(
      Store store,
      Passwords passwords,
      Settings settings,
      RandomGenerator chance,
      InstantSource clock) {
    this.store = store;
    this.passwords = passwords;
    this.settings = settings;
    this.chance = chance;
    this.clock = clock;
    this.decoy = passwords.hash(secret());
  }

  /// @param idle a session unused for so long is over
  /// @param absolute a session is over after so long in any case
  /// @param linkLife a one-time link opens within so long
  public record Settings(Duration idle, Duration absolute, Duration linkLife, Lockout lockout) {
    public static final Settings DEFAULT =
        new Settings(
            Duration.ofMinutes(30), Duration.ofHours(12), Duration.ofMinutes(10), Lockout.DEFAULT);
  }

  public sealed interface Answer {
    record Registered(Party party) implements Answer {}

    /// Codes: `name_taken`, `name_malformed`, `password_weak`, `id_reused`.
    record Refused(String code, String text) implements Answer, Refusal {}
  }

  public sealed interface Entrance {
    /// @param token shown once; only its hash is stored
    record Open(String token, Party party, Instant until) implements Entrance {
      /// Without the token, which is nobody else's business.
      @Override
      public String toString() {
        return "Open[" + party.name() + " until " + until + "]";
      }
    }

    /// Codes: `sign_in_refused`, `sign_in_locked`, `link_used`.
    record Refused(String code, String text) implements Entrance, Refusal {}
  }

  /// Makes an account. The same id, name, roles and password again answer the first result.
  ///
  /// @param party its name has 3 to 32 of `a-z 0-9 . _ -`; its tenant is known
  /// @param password 10 to 256 characters, not one of the commonest
  public Answer register(Party party, String password) {
    if (!NAME.matcher(party.name()).matches()) {
      return new Answer.Refused(
          "name_malformed",
          "A name has 3 to 32 small letters, digits, dots, hyphens or underscores.");
    }
    var fault = PasswordRule.fault(party.name(), password);
    if (fault.isPresent()) {
      return new Answer.Refused("password_weak", fault.get());
    }
    var hash = passwords.hash(password);
    return switch (store.add(party, hash, clock.instant())) {
      case ADDED -> new Answer.Registered(party);
      case NAME_TAKEN ->
          new Answer.Refused("name_taken", "Somebody else has the name " + party.name() + ".");
      case ID_KNOWN -> again(party, password);
    };
  }

  private Answer again(Party party, String password) {
    var known = store.credential(party.id());
    boolean same = known.isPresent() && known.get().party().equals(party);
    return same && passwords.matches(password, known.get().hash())
        ? new Answer.Registered(party)
        : new Answer.Refused("id_reused", "This id was used for another account.");
  }

  /// Opens a session. An unknown name costs the same work as a known one, and is locked alike.
  public Entrance signIn(Tenant tenant, String name, String password) {
    if (!NAME.matcher(name).matches() || password.length() > PasswordRule.LENGTH_MAX) {
      passwords.matches("", decoy);
      return refused();
    }
    // The try is counted before the slow check, so that many at once are not one.
    if (!store.mayTry(tenant, name, settings.lockout(), clock.instant())) {
      return new Entrance.Refused("sign_in_locked", "Too many wrong passwords; try again later.");
    }
    var known = store.credential(tenant, name);
    boolean right = passwords.matches(password, known.map(Credential::hash).orElse(decoy));
    if (!right || known.isEmpty()) {
      return refused();
    }
    store.forgive(tenant, name);
    return open(known.get().party());
  }

  private static Entrance refused() {
    return new Entrance.Refused("sign_in_refused", "Name or password is wrong.");
  }

  public sealed interface Proof {
    /// @param at when he proved himself
    record Proven(Instant at) implements Proof {}

    /// Codes: `step_up_required`, `sign_in_locked`.
    record Refused(String code, String text) implements Proof, Refusal {}
  }

  /// Somebody who is signed in proves himself anew, for one act that his session alone may not do.
  /// A wrong password counts as one at the sign-in.
  public Proof prove(Party party, String password) {
    if (password.length() > PasswordRule.LENGTH_MAX) {
      return unproven();
    }
    if (!store.mayTry(party.tenant(), party.name(), settings.lockout(), clock.instant())) {
      return new Proof.Refused("sign_in_locked", "Too many wrong passwords; try again later.");
    }
    var known = store.credential(party.id());
    if (!passwords.matches(password, known.map(Credential::hash).orElse(decoy))
        || known.isEmpty()) {
      return unproven();
    }
    store.forgive(party.tenant(), party.name());
    return new Proof.Proven(clock.instant());
  }

  private static Proof unproven() {
    return new Proof.Refused("step_up_required", "This needs your password, and it is wrong.");
  }

  /// A link's secret that opens one session, once, within ten minutes.
  public String link(Party.Id party) {
    var secret = secret();
    store.addLink(hash(secret), party, clock.instant().plus(settings.linkLife()));
    return secret;
  }

  public Entrance follow(String secret) {
    return store.together(() ->
        known(secret)
            .flatMap(hash -> store.useLink(hash, clock.instant()))
            .<Entrance>map(this::open)
            .orElseGet(
                () -> new Entrance.Refused("link_used", "This link was used, or is too old.")));
  }

  /// Whose session it is, if it still stands. Asking keeps it from going idle.
  public Optional<Party> session(String token) {
    var now = clock.instant();
    return known(token).flatMap(hash -> store.session(hash, now, now.minus(settings.idle())));
  }

  /// The same session under a new token, as after any change of what it may do; the old token is
  /// void. Empty where it no longer stands.
  public Optional<Entrance.Open> rotate(String token) {
    var now = clock.instant();
    var fresh = secret();
    return known(token)
        .flatMap(hash -> store.rename(hash, hash(fresh), now, now.minus(settings.idle())))
        .map(session -> new Entrance.Open(fresh, session.party(), session.until()));
  }

  public void signOut(String token) {
    known(token).ifPresent(store::close);
  }

  /// Ends every session of a party and voids its links.
  public void signOutEverywhere(Party.Id party) {
    store.closeAll(party);
  }

  public Optional<Party> find(Party.Id id) {
    return store.credential(id).map(Credential::party);
  }

  public Optional<Party> find(Tenant tenant, String name) {
    return store.credential(tenant, name).map(Credential::party);
  }

  /// Makes a tenant known; `house` is from the beginning. Idempotent.
  public void admit(Tenant tenant) {
    store.admit(tenant, clock.instant());
  }

  /// Forgets sessions, links and tries that are over, a bounded number; answers how many.
  public int tick() {
    var now = clock.instant();
    return store.prune(
        now, now.minus(settings.idle()), now.minus(settings.lockout().most().multipliedBy(2)));
  }

  private Entrance.Open open(Party party) {
    var token = secret();
    var now = clock.instant();
    var until = now.plus(settings.absolute());
    store.open(hash(token), party, now, until);
    return new Entrance.Open(token, party, until);
  }

  private String secret() {
    var bytes = new byte[SECRET_BYTES];
    chance.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static Optional<byte[]> known(String secret) {
    return secret.length() > SECRET_LENGTH_MAX ? Optional.empty() : Optional.of(hash(secret));
  }

  private static byte[] hash(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// A party and the hash of its password.
  public record Credential(Party party, String hash) {}

  public record Session(Party party, Instant until) {}

  public enum Added {
    ADDED,
    NAME_TAKEN,
    ID_KNOWN
  }

  /// Where parties and sessions are kept. Hashes are SHA-256 of secrets that were shown once.
  public interface Store {

    /// Does all of it in one database transaction, or in the one that is open.
    <T> T together(Supplier<T> work);

    Added add(Party party, String hash, Instant now);

    Optional<Credential> credential(Party.Id id);

    Optional<Credential> credential(Tenant tenant, String name);

    void admit(Tenant tenant, Instant now);

    /// Counts one try as wrong, unless the name is locked; answers whether it may be made.
    boolean mayTry(Tenant tenant, String name, Lockout lockout, Instant now);

    void forgive(Tenant tenant, String name);

    void open(byte[] hash, Party party, Instant now, Instant until);

    /// Also marks it as seen now.
    Optional<Party> session(byte[] hash, Instant now, Instant seenSince);

    Optional<Session> rename(byte[] hash, byte[] fresh, Instant now, Instant seenSince);

    void close(byte[] hash);

    void closeAll(Party.Id party);

    /// Throws `IllegalArgumentException` where there is no such party.
    void addLink(byte[] hash, Party.Id party, Instant until);

    /// Answers whose it is to the first who asks in time.
    Optional<Party> useLink(byte[] hash, Instant now);

    int prune(Instant now, Instant seenSince, Instant triedSince);
  }
}
