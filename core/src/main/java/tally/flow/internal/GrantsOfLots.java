package tally.flow.internal;

import java.util.ArrayList;
import java.util.List;
import tally.flow.Appealing;
import tally.flow.Command;
import tally.flow.FlowId;
import tally.flow.Signal;
import tally.money.Tenant;
import tally.network.TransactionId;
import tally.treasury.Grant;
import tally.treasury.Grants;

/// What is done to every grant that a lot paid for: a chargeback names the lot alone.
final class GrantsOfLots {

  private final Grants grants;
  private final JdbcFlows flows;

  GrantsOfLots(Grants grants, JdbcFlows flows) {
    this.grants = grants;
    this.flows = flows;
  }

  Signal freeze(Tenant tenant, FlowId flow, Command.FreezeGrants freeze) {
    var asked = new ArrayList<Grant.Id>();
    for (var grant : grants.ofLot(tenant, freeze.lot().value())) {
      if (grant instanceof Grant.Granted) {
        var id = grant.order().id();
        var transaction = flow.derive("freeze/" + freeze.round() + "/" + id.value());
        hear(tenant, flow, id);
        grants.freeze(tenant, id, new TransactionId(transaction), freeze.evidence());
        asked.add(id);
      }
    }
    return new Signal.GrantsFrozen(asked);
  }

  Signal thaw(Tenant tenant, FlowId flow, Command.ThawGrants thaw) {
    var asked = new ArrayList<Grant.Id>();
    for (var grant : grants.ofLot(tenant, thaw.lot().value())) {
      var id = grant.order().id();
      if (grants.held(tenant, id)) {
        var transaction = flow.derive("thaw/" + thaw.round() + "/" + id.value());
        hear(tenant, flow, id);
        grants.thaw(tenant, id, new TransactionId(transaction));
        asked.add(id);
      }
    }
    return new Signal.GrantsThawed(asked);
  }

  Signal appeal(Tenant tenant, FlowId flow, Command.AppealGrants appeal) {
    if (appeal.again().isPresent()) {
      return again(tenant, flow, appeal.round(), appeal.again().get());
    }
    var asked = new ArrayList<Grant.Id>();
    for (var grant : grants.ofLot(tenant, appeal.lot().value())) {
      if (grant instanceof Grant.Frozen) {
        var id = grant.order().id();
        var transaction = flow.derive("appeal/" + appeal.round() + "/" + id.value());
        if (grants.appeal(tenant, id, new TransactionId(transaction))) {
          asked.add(id);
        }
      }
    }
    return new Signal.GrantsAppealed(asked);
  }

  private Signal again(Tenant tenant, FlowId flow, int round, Appealing.Again again) {
    var id = again.grant();
    var transaction = flow.derive("appeal/" + round + "/" + again.time() + "/" + id.value());
    return grants.appeal(tenant, id, new TransactionId(transaction))
        ? new Signal.GrantsAppealed(List.of(id))
        : new Signal.AppealFailed(id, "OutOfTurn");
  }

  /// Which grants a lot paid for is known only here.
  private void hear(Tenant tenant, FlowId flow, Grant.Id grant) {
    flows.in(() -> {
      flows.watch(tenant, flow, grant.value());
      return true;
    });
  }
}
