package tally.server.internal;

import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import tally.ledger.Book;
import tally.network.port.Chain.ChainUnavailable;
import tools.jackson.core.JacksonException;

/// Turns what a door throws into a problem. A fault is logged here, once, under the number that the
/// answer shows.
@RestControllerAdvice
class ProblemAdvice {

  private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

  @ExceptionHandler
  ResponseEntity<ProblemDetail> refused(Refused refused, HttpServletRequest request) {
    return answer(refused.code(), refused.text(), request);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> unreadable(
      HttpMessageNotReadableException fault, HttpServletRequest request) {
    var cause = fault.getCause();
    var text =
        cause instanceof JacksonException json
            ? "The body is not what this route takes: " + json.getOriginalMessage()
            : "A JSON body is needed.";
    return answer("json_malformed", text.lines().findFirst().orElse(text), request);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> noHeader(
      MissingRequestHeaderException fault, HttpServletRequest request) {
    var code =
        fault.getHeaderName().equalsIgnoreCase(Ids.KEY)
            ? "idempotency_key_missing"
            : "request_malformed";
    return answer(code, "The header " + fault.getHeaderName() + " is needed.", request);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> noParameter(
      MissingServletRequestParameterException fault, HttpServletRequest request) {
    return answer(
        "request_malformed", "The parameter " + fault.getParameterName() + " is needed.", request);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> mistyped(
      MethodArgumentTypeMismatchException fault, HttpServletRequest request) {
    return switch (fault.getName()) {
      case "id", "delivery" -> answer("not_found", "There is nothing here.", request);
      case "limit" -> answer("limit_malformed", "A limit is 1 to 200.", request);
      default ->
          answer("request_malformed", fault.getName() + " is not what it should be.", request);
    };
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> nowhere(
      NoResourceFoundException fault, HttpServletRequest request) {
    return answer("not_found", "There is nothing here.", request);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> method(
      HttpRequestMethodNotSupportedException fault, HttpServletRequest request) {
    return answer("method_not_allowed", "Not " + fault.getMethod() + ".", request);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> mediaType(
      HttpMediaTypeNotSupportedException fault, HttpServletRequest request) {
    return answer("media_type_refused", "Send application/json.", request);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> acceptable(
      HttpMediaTypeNotAcceptableException fault, HttpServletRequest request) {
    return answer("not_acceptable", "This route answers in JSON.", request);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> chain(ChainUnavailable fault, HttpServletRequest request) {
    return answer("unavailable", "The chain cannot be asked now.", request);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> busy(Book.Busy busy, HttpServletRequest request) {
    return answer(busy.code(), "Nothing was written. Ask again in a moment.", request);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> unknown(Book.OutcomeUnknown fault, HttpServletRequest request) {
    return answer(fault.code(), "Ask again with the same id: it is done once at most.", request);
  }

  @ExceptionHandler
  ResponseEntity<ProblemDetail> fault(Exception fault, HttpServletRequest request) {
    var number = "urn:uuid:" + UUID.randomUUID();
    LOG.error(
        "fault {} at {} {}", number, request.getMethod(), ProblemWriter.instance(request), fault);
    var problem =
        Problems.of(
            "internal_fault",
            "Nothing is known to have happened; look before trying again.",
            number);
    return ResponseEntity.status(problem.getStatus())
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problem);
  }

  private static ResponseEntity<ProblemDetail> answer(
      String code, String text, HttpServletRequest request) {
    var problem = Problems.of(code, text, ProblemWriter.instance(request));
    return ResponseEntity.status(problem.getStatus())
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problem);
  }
}
