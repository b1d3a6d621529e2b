package tally.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoodsTest {

  private static final String NODE = "http://127.0.0.1:7070";
  private static final UUID ID = new UUID(1, 2);

  @Test
  void an_address_that_sell_prints_is_read_back() {
    var url = SellCommand.url(URI.create(NODE), ID, "sub/a b+ü.txt");
    var goods = Goods.of(url.toString());
    assertThat(goods.node()).isEqualTo(URI.create(NODE));
    assertThat(goods.offering()).isEqualTo(ID);
    assertThat(goods.path()).isEqualTo("/sub/a%20b%2B%C3%BC.txt");
    assertThat(goods.fileName()).isEqualTo("a b+ü.txt");
  }

  @Test
  void a_query_goes_along_and_is_no_part_of_the_name() {
    var goods = Goods.of(NODE + "/offerings/" + ID + "/api?q=1/2");
    assertThat(goods.path()).isEqualTo("/api?q=1/2");
    assertThat(goods.fileName()).isEqualTo("api");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/sub/", "/..", "/sub/%2E%2E", "/a%2F.."})
  void no_name_that_a_seller_chose_leads_out_of_the_folder(String path) {
    assertThat(Goods.of(NODE + "/offerings/" + ID + path).fileName()).isEqualTo("index.html");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "film.bin", "http://127.0.0.1:7070/film.bin", "ftp://a/offerings/x"})
  void what_is_no_address_of_goods_is_refused(String written) {
    assertThatThrownBy(() -> Goods.of(written))
        .isInstanceOfSatisfying(
            Stop.class, stop -> assertThat(stop.code).isEqualTo("url_malformed"));
  }
}
