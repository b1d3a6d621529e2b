package tally.server.internal;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import tally.custody.Approval;
import tally.delivery.DeliveryId;
import tally.flow.Releasings;
import tally.market.Offering;
import tally.market.Peers.Admission;
import tally.money.Amount;
import tally.money.Holder;
import tally.money.Quantity;
import tally.money.Refusal;
import tally.money.Tenant;
import tally.x402.Address;
import tally.x402.ChannelConfig;
import tally.x402.Voucher;

/// The one seam between the doors and the flows: what a person, an operator and another node may
/// begin and see. Lists are newest first.
public interface Road {

  /// What a beginning answers. `replayed` where the same id and content was begun before.
  sealed interface Answer<T> {
    record Done<T>(T view, boolean replayed) implements Answer<T> {}

    /// Among others `id_reused`.
    record Refused<T>(String code, String text) implements Answer<T>, Refusal {}
  }

  Answer<Views.TopUp> topUp(Tenant tenant, Holder holder, UUID id, Amount amount, String gateway);

  Optional<Views.TopUp> topUp(Tenant tenant, Holder holder, UUID id);

  List<Views.TopUp> topUps(Tenant tenant, Holder holder, int most);

  /// Asks the gateway now.
  Optional<Views.TopUp> look(Tenant tenant, Holder holder, UUID id);

  Answer<Views.Quote> quote(
      Tenant tenant, Holder holder, UUID id, Offering.Id offering, Amount pays);

  Optional<Views.Quote> quote(Tenant tenant, Holder holder, UUID id);

  Answer<Views.Purchase> purchase(Tenant tenant, Holder holder, UUID id, UUID quote);

  Optional<Views.Purchase> purchase(Tenant tenant, Holder holder, UUID id);

  List<Views.Purchase> purchases(Tenant tenant, Holder holder, int most);

  enum Turn {
    PAUSE,
    RESUME,
    FINISH
  }

  /// Empty where this holder has no such purchase.
  Optional<Answer<Views.Purchase>> turn(Tenant tenant, Holder holder, UUID id, Turn turn);

  /// The newest vouchers that the buyer signed; empty where this holder has no such purchase.
  Optional<List<Views.SignedVoucher>> vouchers(Tenant tenant, Holder holder, UUID id, int most);

  /// @param amount empty for all that is available
  Answer<Views.Refund> refund(Tenant tenant, Holder holder, UUID id, Optional<Amount> amount);

  Optional<Views.Refund> refund(Tenant tenant, Holder holder, UUID id);

  List<Views.Refund> refunds(Tenant tenant, Holder holder, int most);

  /// What moved his money, from the book.
  List<Views.HistoryLine> history(Tenant tenant, Holder holder);

  /// Empty where this holder has no such top-up, purchase or refund.
  Optional<Views.Receipt> receipt(Tenant tenant, Holder holder, UUID story);

  /// What is this holder's own, network by network.
  List<Views.Power> power(Tenant tenant, Holder holder);

  /// Has what is his own paid out to an address of his.
  ///
  /// @param proof asked for where nothing else stands against it; may refuse by throwing
  Answer<Views.Release> release(Releasings.Wish wish, Supplier<Approval.StepUp> proof);

  Optional<Views.Release> release(Tenant tenant, Holder holder, UUID id);

  List<Views.Release> releases(Tenant tenant, Holder holder, int most);

  /// Books what is the house's own: tokens moved into a network's vault, or money that lies at a
  /// gateway.
  Answer<Views.Stock> stock(
      Tenant tenant, UUID id, Optional<String> network, Optional<String> gateway, Amount amount);

  Optional<Views.Stock> stock(Tenant tenant, UUID id);

  List<Views.Chargeback> chargebacks(Tenant tenant, int most);

  /// What is being claimed back from one payer.
  List<Views.Chargeback> chargebacks(Tenant tenant, Holder payer, int most);

  /// The payer appeals against what was frozen of his; a refusal, or empty where it was taken.
  Optional<Refusal> appeal(Tenant tenant, Holder payer, UUID dispute);

  /// Has a stalled flow tried again; false where it does not wait for a human.
  boolean retry(Tenant tenant, UUID flow);

  List<Views.Story> stories(Tenant tenant, boolean stalled, int most);

  /// One's own channels of both sides, newest first.
  List<Views.Channel> channels(Tenant tenant, Holder holder, int most);

  Admission access(Offering.Id offering, DeliveryId delivery, ChannelConfig channel, Voucher proof);

  /// How a delivery is to be paid: what `PAYMENT-REQUIRED` says.
  ///
  /// @param network CAIP-2
  /// @param amount units of the token for one portion
  record Due(
      String network,
      BigInteger amount,
      Address token,
      Address payTo,
      long withdrawDelay,
      Address receiverAuthorizer) {}

  /// Empty where no such delivery is sold here.
  Optional<Due> due(DeliveryId delivery);

  /// The receiver's own numbers of a channel, in units of its token.
  record Standing(
      BigInteger balance, BigInteger claimed, BigInteger charged, Optional<Voucher> voucher) {}

  sealed interface Paid {
    /// @param claimed the seller's own count
    /// @param added units above what was promised before this voucher
    record Taken(Quantity claimed, BigInteger added, Standing standing) implements Paid {}

    /// @param standing what the receiver has, to correct the payer
    record Refused(String code, String text, Optional<Standing> standing)
        implements Paid, Refusal {}
  }

  Paid pay(DeliveryId delivery, ChannelConfig channel, Voucher voucher);

  sealed interface Finished {
    /// @param claimed the seller's own count
    record Done(Quantity claimed) implements Finished {}

    record Refused(String code, String text) implements Finished, Refusal {}
  }

  /// Ends a delivery. `voucher` is the channel's last, or a proof of 0: only the buyer has it.
  Finished finish(DeliveryId delivery, Voucher voucher);
}
