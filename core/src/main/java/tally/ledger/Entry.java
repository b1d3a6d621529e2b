package tally.ledger;

import java.util.List;
import tally.money.Tenant;

/// Postings that happen together or not at all.
///
/// @param reason a short word from the flow's posting table, such as `topup captured`
/// @param postings 1 to 100
/// @param opens lots of the same tenant that begin with this entry, which must post exactly each
///   one's amount into accounts of it; at most 100
public record Entry(
    EntryId id, Tenant tenant, String reason, List<Posting> postings, List<Lot> opens) {

  public static final int POSTINGS_MAX = 100;

  public Entry {
    postings = List.copyOf(postings);
    opens = List.copyOf(opens);
    if (postings.isEmpty() || postings.size() > POSTINGS_MAX) {
      throw new IllegalArgumentException("an entry has 1 to " + POSTINGS_MAX + " postings");
    }
    if (opens.size() > POSTINGS_MAX) {
      throw new IllegalArgumentException("an entry opens at most " + POSTINGS_MAX + " lots");
    }
    for (var lot : opens) {
      if (!lot.tenant().equals(tenant)) {
        throw new IllegalArgumentException("lot " + lot.id() + " is another tenant's");
      }
    }
  }

  public Entry(EntryId id, Tenant tenant, String reason, List<Posting> postings) {
    this(id, tenant, reason, postings, List.of());
  }
}
