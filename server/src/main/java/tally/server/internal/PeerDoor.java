package tally.server.internal;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import tally.delivery.DeliveryId;
import tally.market.Offering;
import tally.market.Peers;

/// The seller's public doors: access, payment portion by portion (x402), and the end. Nobody signs
/// in here; the buyer's signatures are the proof.
@RestController
class PeerDoor {

  record AccessOrder(
      @Nullable String offering,
      @Nullable String delivery,
      PayWire.@Nullable ConfigWords channelConfig,
      PayWire.@Nullable VoucherWords proof) {}

  record Access(URI url, String token) {}

  record Admitted(Access access) {}

  record FinishOrder(@Nullable String delivery, PayWire.@Nullable VoucherWords voucher) {}

  /// @param claimed the seller's own count, a plain number of units
  record Claimed(long claimed) {}

  private final Road road;

  PeerDoor(Road road) {
    this.road = road;
  }

  @PostMapping("/peer/access")
  Admitted access(@RequestBody AccessOrder order) {
    var offering = new Offering.Id(Ids.named("offering", Json.need("offering", order.offering())));
    var delivery = delivery(order.delivery());
    var config = PayWire.config(order.channelConfig());
    return switch (road.access(offering, delivery, config, PayWire.voucher(order.proof()))) {
      case Peers.Admission.Admitted(var access) ->
          new Admitted(new Access(access.url(), access.token()));
      case Peers.Admission.Refused refused -> throw new Refused(refused);
    };
  }

  @PostMapping("/pay/{delivery}")
  ResponseEntity<Object> pay(
      @PathVariable UUID delivery,
      @RequestHeader(name = PayWire.PAYMENT_SIGNATURE, required = false) @Nullable String header,
      HttpServletRequest request) {
    var id = new DeliveryId(delivery);
    var due = road.due(id).orElseThrow(Refused::notFound);
    if (header == null) {
      return unpaid(
          request, due, "payment_required", "Pay with a voucher in PAYMENT-SIGNATURE.", null);
    }
    PayWire.Payment payment;
    try {
      payment = PayWire.payment(header);
    } catch (Refused refused) {
      return unpaid(request, due, refused.code(), refused.text(), null);
    }
    var channel = payment.voucher().channel();
    return switch (road.pay(id, payment.config(), payment.voucher())) {
      case Road.Paid.Taken taken ->
          ResponseEntity.ok()
              .header(
                  PayWire.PAYMENT_RESPONSE,
                  PayWire.response(due.network(), payment.config(), channel, taken))
              .body(new Claimed(taken.claimed().count()));
      case Road.Paid.Refused(var code, var text, var standing) ->
          unpaid(
              request,
              due,
              code,
              text,
              standing.map(numbers -> new PayWire.Extra(channel, numbers)).orElse(null));
    };
  }

  @PostMapping("/peer/finish")
  Claimed finish(@RequestBody FinishOrder order) {
    return switch (road.finish(delivery(order.delivery()), PayWire.voucher(order.voucher()))) {
      case Road.Finished.Done(var claimed) -> new Claimed(claimed.count());
      case Road.Finished.Refused refused -> throw new Refused(refused);
    };
  }

  private static DeliveryId delivery(@Nullable String text) {
    return new DeliveryId(Ids.named("delivery", Json.need("delivery", text)));
  }

  private static ResponseEntity<Object> unpaid(
      HttpServletRequest request,
      Road.Due due,
      String code,
      String text,
      PayWire.@Nullable Extra extra) {
    var problem = Problems.of(code, text, ProblemWriter.instance(request));
    problem.setStatus(HttpStatus.PAYMENT_REQUIRED);
    var url = request.getRequestURL().toString();
    return ResponseEntity.status(HttpStatus.PAYMENT_REQUIRED)
        .header(PayWire.PAYMENT_REQUIRED, PayWire.required(url, code, due, extra))
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problem);
  }
}
