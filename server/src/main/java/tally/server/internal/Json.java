package tally.server.internal;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.utils.SpringDocUtils;
import org.springframework.boot.jackson.autoconfigure.JsonMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tally.money.Amount;
import tally.money.Quantity;
import tally.party.Party;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.type.LogicalType;

/// The doors' JSON: strict in what it takes (no unknown or double field, no number for a text,
/// nothing after the end), exact in what it gives.
@Configuration(proxyBeanMethods = false)
class Json {

  /// How a quantity is written.
  record Counted(long count, String unit) {}

  static {
    SpringDocUtils.getConfig()
        .replaceWithClass(Amount.class, Money.class)
        .replaceWithClass(Quantity.class, Counted.class)
        .addRequestWrapperToIgnore(Party.class);
  }

  @Bean
  JsonMapperBuilderCustomizer strictJson() {
    return builder ->
        builder
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                LogicalType.Textual,
                coercion ->
                    coercion
                        .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                        .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .addModule(
                new SimpleModule("tally")
                    .addSerializer(Amount.class, new AmountWriter())
                    .addSerializer(Quantity.class, new QuantityWriter()));
  }

  /// A field that must be there.
  static <T> T need(String name, @Nullable T value) {
    if (value == null) {
      throw new Refused("json_malformed", "The field " + name + " is needed.");
    }
    return value;
  }

  private static final class AmountWriter extends StdSerializer<Amount> {
    AmountWriter() {
      super(Amount.class);
    }

    @Override
    public void serialize(Amount amount, JsonGenerator out, SerializationContext context) {
      out.writePOJO(Map.of("amount", amount.decimal(), "asset", amount.asset().code()));
    }
  }

  private static final class QuantityWriter extends StdSerializer<Quantity> {
    QuantityWriter() {
      super(Quantity.class);
    }

    @Override
    public void serialize(Quantity quantity, JsonGenerator out, SerializationContext context) {
      out.writePOJO(new Counted(quantity.count(), quantity.unit().name()));
    }
  }
}
