package tally.flow.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import tally.custody.Approval;
import tally.custody.Custody;
import tally.custody.KeyRef;
import tally.custody.Signing;
import tally.custody.port.Intent;
import tally.delivery.Deliveries;
import tally.delivery.Delivery;
import tally.delivery.DeliveryId;
import tally.escrow.Channel;
import tally.escrow.Channels;
import tally.escrow.Settlements;
import tally.flow.FlowId;
import tally.flow.Flows;
import tally.flow.Selling;
import tally.flow.Settlement;
import tally.market.Offering;
import tally.money.Derived;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.Transaction;
import tally.network.TransactionId;
import tally.network.Transactions;
import tally.network.fake.FakeChain;
import tally.x402.Address;
import tally.x402.Bytes32;
import tally.x402.ChannelConfig;
import tally.x402.ChannelId;
import tally.x402.Voucher;

/// A buyer from outside who pays from his own address, and takes back one-sidedly.
final class WithdrawalStory {

  private static final UUID BOB = Derived.id("bob");
  private static final KeyRef KEY =
      new KeyRef(Tenant.HOUSE, new Holder("party:" + BOB), CrashWorld.NETWORK);
  private static final DeliveryId DELIVERY = new DeliveryId(Derived.id("bob's delivery"));

  private static final int BLOCKS_MAX = 50;

  private final CrashWorld world;
  private final Offering offering;
  private final ChannelConfig config;
  private final ChannelId channel;
  private int sent;

  WithdrawalStory(CrashWorld world, Offering offering) {
    this.world = world;
    this.offering = offering;
    var payer = world.bean(Custody.class).address(KEY);
    this.config =
        new ChannelConfig(
            payer,
            Address.ZERO,
            offering.receiver(),
            offering.receiver(),
            FakeChain.token(),
            ChannelConfig.WITHDRAW_DELAY_MIN,
            Bytes32.ZERO);
    this.channel = world.bean(Settlements.class).need(CrashWorld.NETWORK).typed().channelId(config);
    world.chain.deal(payer, n(10_000_000));
  }

  /// The payer takes back twice: first what he then puts in again, at last all that is left.
  void tell() {
    open(1_000_000);
    pays(300_000);
    begin(700_000);
    world.until("the pause", () -> wanted() == Delivery.Wanted.SUSPENDED);
    claimed(300_000);
    deposit(500_000);
    world.until("the raised deposit", () -> wanted() == Delivery.Wanted.ACTIVE);
    finish();
    world.until("more service", () -> settlement() instanceof Settlement.Serving);
    pays(500_000);
    begin(300_000);
    claimed(500_000);
    finish();
    world.until("the end", () -> settlement() instanceof Settlement.Settled);
    assertThat(wanted()).isEqualTo(Delivery.Wanted.TERMINATED);
  }

  /// The buyer is let in with so much in the channel.
  void open(long units) {
    deposit(units);
    assertThat(world.bean(Selling.class).admit(offering.id(), DELIVERY, config, voucher(0)))
        .isInstanceOf(Selling.Admission.Admitted.class);
  }

  void pays(long total) {
    assertThat(world.bean(Selling.class).take(DELIVERY, voucher(total)))
        .isInstanceOf(Selling.Taking.Taken.class);
  }

  private void deposit(long units) {
    act(new Intent.Deposit(config, n(units), FakeChain.allowanceCollector(), ""));
  }

  private void begin(long units) {
    act(new Intent.InitiateWithdraw(config, n(units)));
  }

  /// The node is down meanwhile: nothing of it follows the chain, claims or sends.
  void beginsWhileNobodyWatches(long units) {
    actAlone(new Intent.InitiateWithdraw(config, n(units)));
  }

  void finishesWhileNobodyWatches() {
    passes(Duration.ofSeconds(ChannelConfig.WITHDRAW_DELAY_MIN + 1));
    actAlone(new Intent.FinalizeWithdraw(config));
  }

  void passes(Duration time) {
    world.chain.warp(time);
    world.chain.mine();
  }

  void claimed(long total) {
    world.until(total + " claimed", () -> standing().claimed().equals(n(total)));
  }

  /// The delay is over.
  void finish() {
    passes(Duration.ofSeconds(ChannelConfig.WITHDRAW_DELAY_MIN + 1));
    act(new Intent.FinalizeWithdraw(config));
  }

  Channel.Standing standing() {
    return world
        .bean(Channels.class)
        .find(Tenant.HOUSE, channel, Channel.Side.RECEIVER)
        .orElseThrow()
        .standing();
  }

  private Delivery.Wanted wanted() {
    return world
        .bean(Deliveries.class)
        .find(Tenant.HOUSE, DELIVERY, Delivery.Side.SELLER)
        .orElseThrow()
        .wanted();
  }

  Settlement settlement() {
    var id = new FlowId(Derived.id(DELIVERY.value(), "settlement"));
    return (Settlement) world.bean(Flows.class).find(Tenant.HOUSE, id).orElseThrow().flow();
  }

  /// Sent by the payer's own key; over when it is final.
  private void act(Intent.Call call) {
    var id = submit(call);
    world.until("bob's " + call.getClass().getSimpleName(), () -> acted(id));
  }

  private void actAlone(Intent.Call call) {
    var id = submit(call);
    for (int block = 0; block < BLOCKS_MAX && !acted(id); block++) {
      world.bean(Transactions.class).tick();
      world.chain.mine();
    }
    assertThat(acted(id)).isTrue();
  }

  private TransactionId submit(Intent.Call call) {
    var id = new TransactionId(Derived.id("bob's act " + sent++));
    var approval = new Approval.StepUp(BOB, id.value(), "totp", Instant.now());
    world
        .bean(Transactions.class)
        .submit(
            new Transaction.Order(
                id, Tenant.HOUSE, CrashWorld.NETWORK, KEY, call, approval, "bob"));
    return id;
  }

  private boolean acted(TransactionId id) {
    return world
        .bean(Transactions.class)
        .find(Tenant.HOUSE, id)
        .filter(found -> found instanceof Transaction.Final done && done.receipt().success())
        .isPresent();
  }

  private Voucher voucher(long total) {
    var signed =
        world
            .bean(Custody.class)
            .sign(
                KEY,
                new Intent.SignVoucher(channel, n(total)),
                new Approval.Standing(channel.subject(), n(total)));
    return new Voucher(channel, n(total), ((Signing.SignedStatement) signed).signature());
  }

  private static BigInteger n(long number) {
    return BigInteger.valueOf(number);
  }
}
