package tally.payment;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import tally.money.Tenant;

/// What keeps payments, refunds or disputes: a row each, named by tenant and id.
///
/// @param <I> how a row is named
/// @param <S> the state that it keeps
public interface Rows<I, S, R> {

  /// Everything inside happens in one database transaction, or not at all.
  <T> T together(Supplier<T> act);

  /// Writes the first state, and the history up to it; false where the id is known.
  boolean insert(R first);

  Optional<R> lock(Tenant tenant, I id);

  /// @param moved the state is another one, and goes to the history
  void write(R row, boolean moved);

  Optional<R> find(Tenant tenant, I id);

  /// Newest first.
  List<S> list(Tenant tenant, int most);
}
