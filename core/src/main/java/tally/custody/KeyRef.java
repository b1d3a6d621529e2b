package tally.custody;

import tally.money.Holder;
import tally.money.Tenant;

/// One key: one holder has one on each network. The house's own is held by `Holder.HOUSE`.
public record KeyRef(Tenant tenant, Holder holder, String network) {}
