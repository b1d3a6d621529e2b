package tally.flow.internal;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import tally.custody.Custody;
import tally.custody.KeyRef;
import tally.escrow.Settlements;
import tally.flow.Begin;
import tally.flow.Purchases;
import tally.money.Holder;
import tally.money.Tenant;
import tally.network.port.Chain.ChainUnavailable;
import tally.payment.Dispute;
import tally.payment.Disputes;
import tally.treasury.Vaults;
import tally.treasury.port.Grants;
import tally.x402.Address;
import tally.x402.Settlement;

/// What a purchase must know, from this node's rooms.
final class NodePlaces implements Purchases.Places {

  /// Newest first, so that what is open is among them.
  private static final int DISPUTES_MAX = 1000;

  private final Vaults vaults;
  private final Settlements settlements;
  private final Custody custody;
  private final Disputes disputes;
  private final JdbcFlows flows;

  NodePlaces(
      Vaults vaults, Settlements settlements, Custody custody, Disputes disputes, JdbcFlows flows) {
    this.vaults = vaults;
    this.settlements = settlements;
    this.custody = custody;
    this.disputes = disputes;
    this.flows = flows;
  }

  @Override
  public Grants.Facts vault(String network) {
    return vaults.of(network).facts();
  }

  @Override
  public Settlement settlement(String network) {
    return settlements.need(network).settlement();
  }

  @Override
  public Address address(Tenant tenant, Holder holder, String network) {
    return custody.address(new KeyRef(tenant, holder, network));
  }

  @Override
  public Optional<BigInteger> daily(String network) {
    try {
      return Optional.of(vaults.of(network).limit().daily());
    } catch (ChainUnavailable laterThen) {
      // A draw above it is given up after the days that a draw may wait for its limit.
      return Optional.empty();
    }
  }

  @Override
  public boolean warned(Tenant tenant, Set<UUID> payments) {
    return disputes.list(tenant, DISPUTES_MAX).stream()
        .filter(dispute -> payments.contains(dispute.about().payment().value()))
        .anyMatch(NodePlaces::open);
  }

  private static boolean open(Dispute dispute) {
    return switch (dispute) {
      case Dispute.Warned _,
          Dispute.Inquiry _,
          Dispute.Opened _,
          Dispute.Contested _,
          Dispute.Lost _,
          Dispute.Accepted _ ->
          true;
      case Dispute.Won _, Dispute.Prevented _, Dispute.Closed _ -> false;
    };
  }

  @Override
  public Begin together(Supplier<Begin> work) {
    List<Begin> answer = new ArrayList<>();
    try {
      return flows.in(() -> {
        answer.add(work.get());
        if (answer.getFirst() instanceof Begin.Refused) {
          throw new Carrier.Later("undone");
        }
        return answer.getFirst();
      });
    } catch (Carrier.Later undone) {
      return answer.getFirst();
    }
  }
}
