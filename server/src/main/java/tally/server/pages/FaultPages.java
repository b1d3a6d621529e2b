package tally.server.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.util.UriUtils;
import tally.ledger.Book;
import tally.network.port.Chain.ChainUnavailable;
import tally.party.Party;
import tally.server.internal.ProblemFace;
import tally.server.internal.Problems;
import tally.server.internal.Refused;

/// How a no looks to a person: what happened, what it means for the money, what to do.
@ControllerAdvice(annotations = PageDoor.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
@WithPages
public class FaultPages implements ProblemFace {

  private static final Logger LOG = LoggerFactory.getLogger(FaultPages.class);
  private final Pages pages;

  /// @param status of HTTP
  /// @param detail the refusal's own sentence, where it says more than ours
  /// @param number to quote; empty of a refusal
  public record Fault(
      Frame frame,
      int status,
      String what,
      String money,
      String doing,
      String detail,
      String number) {}

  FaultPages(Pages pages) {
    this.pages = pages;
  }

  @Override
  public boolean show(
      HttpServletRequest request,
      HttpServletResponse response,
      String code,
      String text,
      String instance)
      throws IOException {
    var accepts = request.getHeader(HttpHeaders.ACCEPT);
    if (accepts == null
        || !accepts.contains(MediaType.TEXT_HTML_VALUE)
        || request.getRequestURI().startsWith("/api/")) {
      return false;
    }
    if (code.equals("sign_in_needed") && HttpMethod.GET.matches(request.getMethod())) {
      var to = UriUtils.encode(request.getRequestURI(), StandardCharsets.UTF_8);
      response.setHeader(HttpHeaders.LOCATION, "/sign-in?to=" + to);
      response.setStatus(HttpServletResponse.SC_SEE_OTHER);
      return true;
    }
    write(request, response, code, text, "");
    return true;
  }

  @ExceptionHandler
  void refused(Refused refused, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    write(request, response, refused.code(), refused.text(), "");
  }

  /// An id that is none names nothing.
  @ExceptionHandler(MethodArgumentTypeMismatchException.class)
  void mistyped(HttpServletRequest request, HttpServletResponse response) throws IOException {
    write(request, response, "not_found", "", "");
  }

  @ExceptionHandler(MissingServletRequestParameterException.class)
  void unreadable(HttpServletRequest request, HttpServletResponse response) throws IOException {
    write(request, response, "request_malformed", "", "");
  }

  @ExceptionHandler
  void away(ChainUnavailable away, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    write(request, response, "unavailable", "", "");
  }

  @ExceptionHandler
  void busy(Book.Busy busy, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    write(request, response, busy.code(), "", "");
  }

  @ExceptionHandler
  void unknown(
      Book.OutcomeUnknown unknown, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    write(request, response, unknown.code(), "", "");
  }

  /// A browser that watched went away; there is nobody to tell.
  @ExceptionHandler(AsyncRequestNotUsableException.class)
  void gone() {}

  @ExceptionHandler
  void fault(Exception fault, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var number = UUID.randomUUID().toString();
    LOG.error("fault {} at {} {}", number, request.getMethod(), request.getRequestURI(), fault);
    if (!response.isCommitted()) {
      write(request, response, "internal_fault", "", number);
    }
  }

  private void write(
      HttpServletRequest request,
      HttpServletResponse response,
      String code,
      String text,
      String number)
      throws IOException {
    var known = SecurityContextHolder.getContext().getAuthentication();
    var party = known != null && known.getPrincipal() instanceof Party one ? one : null;
    var frame = pages.frame(request, response, party, "");
    var said = Said.of(frame.words(), code);
    var detail = frame.words().language().equals("en") && !text.equals(said.what()) ? text : "";
    int status = Problems.kind(code).status();
    var html =
        pages
            .render(
                "fault",
                new Fault(frame, status, said.what(), said.money(), said.doing(), detail, number))
            .getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setContentType("text/html;charset=UTF-8");
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setContentLength(html.length);
    response.getOutputStream().write(html);
  }
}
