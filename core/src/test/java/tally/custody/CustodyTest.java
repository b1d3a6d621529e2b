package tally.custody;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tally.OtherSecret;
import tally.TestDatabase;
import tally.custody.internal.CustodyConfiguration;
import tally.custody.internal.FileKeyVault;
import tally.custody.internal.JdbcKeys;
import tally.custody.port.Encoding;
import tally.custody.port.Intent;
import tally.money.Holder;
import tally.money.Tenant;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelId;
import tally.x402.Curve;
import tally.x402.Hex;
import tally.x402.Signature;

class CustodyTest {

  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final KeyRef HOUSE = new KeyRef(Tenant.HOUSE, Holder.HOUSE, "plain:1");
  private static final KeyRef PARTY =
      new KeyRef(Tenant.HOUSE, new Holder("party:" + ANNA), "plain:1");
  private static final Encoding.Fee FEE =
      new Encoding.Fee(BigInteger.ONE, BigInteger.ONE, BigInteger.TEN);
  private static final Address SOME = new Address("0x" + "12".repeat(20));
  private static final ChannelId CHANNEL = new ChannelId(Bytes32.ZERO);
  private static final Approval FLOW = new Approval.Flow("topup", ANNA);
  private final Curve curve = Curve.fastest();
  private final PlainEncoding encoding = new PlainEncoding();
  private Instant now = Instant.parse("2026-11-01T12:00:00.123456789Z");
  private TestDatabase database;
  private @TempDir Path folder;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void a_key_is_made_once_and_signs_what_recovers_to_its_address() {
    var custody = custody(vault());
    var address = custody.address(PARTY);
    assertThat(custody(vault()).address(PARTY)).isEqualTo(address);
    assertThat(custody.address(HOUSE)).isNotEqualTo(address);

    var voucher = new Intent.SignVoucher(CHANNEL, BigInteger.TEN);
    assertThat(signer(custody.sign(PARTY, voucher, standing(10)), voucher)).contains(address);
  }

  @Test
  void a_signed_call_carries_the_signature_of_what_custody_itself_encoded() {
    var custody = custody(vault());
    var call = new Intent.Fund(BigInteger.TWO);
    var signed = (Signing.SignedCall) custody.sign(HOUSE, call, BigInteger.ONE, FEE, FLOW);
    var plain = PlainEncoding.read(signed.signed().bytes());
    assertThat(plain.call()).isEqualTo(call);
    assertThat(plain.sender()).isEqualTo(custody.address(HOUSE));
    var digest = encoding.encode(call, plain.sender(), BigInteger.ONE, FEE).digest();
    assertThat(curve.recover(digest.bytes(), new Signature(plain.signature())))
        .contains(plain.sender());
  }

  @Test
  void two_nodes_that_make_the_same_key_at_once_have_one() throws Exception {
    var vault = vault();
    vault.current();
    var barrier = new CyclicBarrier(8);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks = new ArrayList<Callable<Address>>();
      for (int i = 0; i < 8; i++) {
        var node = custody(vault());
        tasks.add(() -> {
          barrier.await();
          return node.address(PARTY);
        });
      }
      var addresses = new ArrayList<Address>();
      for (var future : threads.invokeAll(tasks)) {
        addresses.add(future.get());
      }
      assertThat(addresses).containsOnly(custody(vault).address(PARTY));
    }
  }

  @Test
  void rotation_wraps_every_key_anew_and_keeps_every_address() {
    var vault = vault();
    var custody = custody(vault);
    var party = custody.address(PARTY);
    var house = custody.address(HOUSE);
    var before = keyset();
    assertThat(custody.rewrap(10)).isZero();

    var otherNode = custody(vault());
    otherNode.checkVault();
    vault.rotate();
    assertThat(custody.rewrap(10)).isEqualTo(2);
    assertThat(custody.rewrap(10)).isZero();
    assertThat(otherNode.rewrap(10)).as("the other node sees the rotation").isZero();
    assertThat(keyset()).isNotEqualTo(before);

    var voucher = new Intent.SignVoucher(CHANNEL, BigInteger.TEN);
    assertThat(custody.address(HOUSE)).isEqualTo(house);
    assertThat(signer(otherNode.sign(PARTY, voucher, standing(10)), voucher)).contains(party);
  }

  @Test
  void a_copy_of_the_database_alone_opens_no_key() {
    custody(vault()).address(PARTY);
    var stranger = custody(new FileKeyVault(folder.resolve("other.json")));
    assertThatThrownBy(stranger::checkVault).isInstanceOf(KeyVault.Locked.class);
    var voucher = new Intent.SignVoucher(CHANNEL, BigInteger.TEN);
    assertThatThrownBy(() -> stranger.sign(PARTY, voucher, standing(10)))
        .isInstanceOf(KeyVault.Locked.class);
  }

  @Test
  void of_two_nodes_that_begin_with_different_vaults_only_the_first_starts() {
    var first = custody(vault());
    first.checkVault();
    var second = custody(new FileKeyVault(folder.resolve("other.json")));
    assertThatThrownBy(second::checkVault).isInstanceOf(KeyVault.Locked.class);
    var check = new CustodyConfiguration().custodyVaultCheck(second);
    assertThatThrownBy(check::afterSingletonsInstantiated)
        .isInstanceOfSatisfying(
            OtherSecret.class, no -> assertThat(no.code()).isEqualTo("other_secret"))
        .hasMessageContaining("copy that file")
        .hasMessageContaining("tally.custody.kek");
    custody(vault()).checkVault();
  }

  @Test
  void a_vault_that_was_rotated_still_opens_what_the_first_start_wrapped() {
    var vault = vault();
    custody(vault).checkVault();
    vault.rotate();
    custody(vault()).checkVault();
  }

  @Test
  void a_key_moved_to_another_holder_does_not_open() {
    var custody = custody(vault());
    custody.address(PARTY);
    database.jdbc().sql("update custody.key set holder = 'party:mallory'").update();
    assertThatThrownBy(custody::checkVault).isInstanceOf(KeyVault.Locked.class);
  }

  @Test
  void the_vaults_file_is_for_its_owner_alone() throws Exception {
    var vault = vault();
    vault.current();
    var file = folder.resolve("custody/kek.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    vault.rotate();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThatThrownBy(() -> vault().current()).hasMessageContaining("0600");
  }

  @Test
  void no_private_key_is_stored_or_shown_in_the_clear() {
    var random = new Remembering();
    var custody =
        new Custody(
            store(), vault(), new Encodings(Map.of("plain:1", encoding)), curve, random, () -> now);
    custody.address(PARTY);
    custody.sign(PARTY, new Intent.SignVoucher(CHANNEL, BigInteger.TEN), standing(10));
    var secret = random.drawn.getLast();
    assertThat(random.handedOut.getLast()).as("zeroed after use").containsOnly(0);
    var row =
        database
            .jdbc()
            .sql("select key::text || secret::text from custody.key key")
            .query(String.class);
    assertThat(row.single()).doesNotContain(Hex.of(secret).substring(2));
    assertThat(custody.toString()).isEqualTo("Custody[plain:1]");
  }

  @Test
  void every_wish_is_logged_in_a_chain_before_the_answer_and_refusals_too() {
    var custody = custody(vault());
    custody.sign(PARTY, new Intent.SignVoucher(CHANNEL, BigInteger.ONE), standing(10));
    custody.sign(PARTY, new Intent.SignVoucher(CHANNEL, new BigInteger("11")), standing(10));
    custody.sign(PARTY, new Intent.SignVoucher(CHANNEL, BigInteger.TWO), standing(10));
    assertThat(
            database
                .jdbc()
                .sql("select outcome from custody.signing order by number")
                .query(String.class)
                .list())
        .containsExactly("signed", "above_ceiling", "signed");
    assertThat(custody.firstBroken(PARTY)).isEmpty();
  }

  @Test
  void a_changed_line_and_a_cut_tail_show() {
    var custody = custody(vault());
    for (int i = 1; i <= 4; i++) {
      custody.sign(PARTY, new Intent.SignVoucher(CHANNEL, BigInteger.valueOf(i)), standing(10));
    }
    assertThatThrownBy(() -> database.jdbc().sql("delete from custody.signing").update())
        .hasMessageContaining("append-only");
    database.jdbc().sql("alter table custody.signing disable trigger signing_append_only").update();
    database.jdbc().sql("delete from custody.signing where number = 4").update();
    assertThat(custody.firstBroken(PARTY)).contains(4L);
    database
        .jdbc()
        .sql("update custody.signing set outcome = 'refused', digest = null where number = 2")
        .update();
    assertThat(custody.firstBroken(PARTY)).contains(2L);
  }

  @Test
  void a_signature_whose_transaction_is_undone_leaves_no_line_and_no_gap() {
    var custody = custody(vault());
    custody.address(PARTY);
    database
        .transactions()
        .executeWithoutResult(status -> {
          custody.sign(PARTY, new Intent.SignVoucher(CHANNEL, BigInteger.ONE), standing(10));
          status.setRollbackOnly();
        });
    custody.sign(PARTY, new Intent.SignVoucher(CHANNEL, BigInteger.TWO), standing(10));
    assertThat(custody.firstBroken(PARTY)).isEmpty();
  }

  @Test
  void a_fresh_proof_covers_the_fee_bumps_of_its_nonce_and_nothing_else() {
    var custody = custody(vault());
    var proof = new Approval.StepUp(ANNA, ANNA, "passkey", now);
    var call = new Intent.Transfer(SOME, SOME, BigInteger.TEN);
    assertThat(custody.sign(PARTY, call, BigInteger.ONE, FEE, proof))
        .isInstanceOf(Signing.SignedCall.class);
    now = now.plusSeconds(3600);
    var higher = new Encoding.Fee(BigInteger.TWO, BigInteger.TWO, BigInteger.TEN);
    assertThat(custody.sign(PARTY, call, BigInteger.ONE, higher, proof))
        .isInstanceOf(Signing.SignedCall.class);
    assertThat(code(custody.sign(PARTY, call, BigInteger.TWO, FEE, proof)))
        .contains("approval_expired");
    var more = new Intent.Transfer(SOME, SOME, BigInteger.valueOf(11));
    assertThat(code(custody.sign(PARTY, more, BigInteger.ONE, FEE, proof)))
        .contains("approval_expired");
  }

  @Test
  void a_network_that_this_node_does_not_reach_is_refused() {
    var elsewhere = new KeyRef(Tenant.HOUSE, Holder.HOUSE, "plain:2");
    assertThat(
            code(
                custody(vault())
                    .sign(elsewhere, new Intent.Fund(BigInteger.ONE), BigInteger.ONE, FEE, FLOW)))
        .contains("network_unknown");
  }

  private Optional<Address> signer(Signing signing, Intent.Statement statement) {
    var signature = ((Signing.SignedStatement) signing).signature();
    return curve.recover(encoding.digest(statement).bytes(), signature);
  }

  private static Optional<String> code(Signing signing) {
    return signing instanceof Signing.Refused refused
        ? Optional.of(refused.code())
        : Optional.empty();
  }

  private List<byte[]> keyset() {
    return database
        .jdbc()
        .sql("select keyset from custody.key order by holder")
        .query(byte[].class)
        .list();
  }

  private static Approval standing(long ceiling) {
    return new Approval.Standing(ANNA, BigInteger.valueOf(ceiling));
  }

  private FileKeyVault vault() {
    return new FileKeyVault(folder.resolve("custody/kek.json"));
  }

  private JdbcKeys store() {
    return new JdbcKeys(database.jdbc(), database.transactions());
  }

  private Custody custody(KeyVault vault) {
    return new Custody(
        store(),
        vault,
        new Encodings(Map.of("plain:1", encoding)),
        curve,
        new SecureRandom(),
        () -> now);
  }

  /// Keeps a copy of what it drew, and the array that it handed out.
  private static final class Remembering extends SecureRandom {
    private static final long serialVersionUID = 1;
    private final transient List<byte[]> drawn = new ArrayList<>();
    private final transient List<byte[]> handedOut = new ArrayList<>();

    @Override
    public void nextBytes(byte[] bytes) {
      super.nextBytes(bytes);
      drawn.add(Arrays.copyOf(bytes, bytes.length));
      handedOut.add(bytes);
    }
  }
}
