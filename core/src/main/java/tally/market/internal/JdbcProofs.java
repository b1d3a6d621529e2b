package tally.market.internal;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import tally.Json;
import tally.delivery.DeliveryId;
import tally.money.Tenant;
import tally.x402.Voucher;

/// The vouchers by which this node last asked for access, so that it can still end what it began
/// after a restart.
final class JdbcProofs implements HttpPeers.Proofs {

  private final JdbcClient jdbc;

  JdbcProofs(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void keep(Tenant tenant, DeliveryId delivery, Voucher proof, Instant now) {
    jdbc.sql(
            """
            insert into market.proof (delivery, tenant, channel, at, body)
            values (:delivery, :tenant, :channel, :now, :body::jsonb)
            on conflict (delivery) do update set channel = excluded.channel, body = excluded.body
            """)
        .param("delivery", delivery.value())
        .param("tenant", tenant.name())
        .param("channel", proof.channel().hex())
        .param("now", Timestamp.from(now))
        .param("body", Json.write(Voucher.class, proof))
        .update();
  }

  @Override
  public Optional<Voucher> find(DeliveryId delivery) {
    return jdbc.sql("select body from market.proof where delivery = :delivery")
        .param("delivery", delivery.value())
        .query((row, _) -> Json.read(Voucher.class, row.getString("body")))
        .optional();
  }
}
