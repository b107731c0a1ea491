import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.JsonEncoder;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;

/** Avro's Java library as referee: a JSON object per line in, one per line out. */
public class Referee {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HexFormat HEX = HexFormat.of();

  public static void main(String[] args) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      ObjectNode answer = JSON.createObjectNode();
      try {
        answer(JSON.readTree(line), answer);
      } catch (Exception | StackOverflowError error) {
        answer.put("error", error.toString());
      }
      out.println(JSON.writeValueAsString(answer));
    }
  }

  private static void answer(JsonNode ask, ObjectNode answer) throws IOException {
    switch (ask.get("do").asText()) {
      case "toJson" -> answer.put("json", json(schema(ask), datum(schema(ask), bytes(ask))));
      case "fromJson" -> {
        Object datum = new GenericDatumReader<>(schema(ask))
            .read(null, DecoderFactory.get().jsonDecoder(schema(ask), ask.get("json").asText()));
        answer.put("hex", HEX.formatHex(binary(schema(ask), datum)));
      }
      case "resolve" -> {
        Schema writer = new Schema.Parser().parse(ask.get("writer").asText());
        Object datum = new GenericDatumReader<>(writer, schema(ask))
            .read(null, DecoderFactory.get().binaryDecoder(bytes(ask), null));
        answer.put("json", json(schema(ask), datum));
      }
      case "toSingleObject" -> {
        ByteBuffer message = new BinaryMessageEncoder<>(GenericData.get(), schema(ask))
            .encode(datum(schema(ask), bytes(ask)));
        answer.put("hex", HEX.formatHex(message.array(), message.arrayOffset() + message.position(),
            message.arrayOffset() + message.limit()));
        answer.put("fingerprint", SchemaNormalization.parsingFingerprint64(schema(ask)));
      }
      case "fromSingleObject" -> {
        Object datum = new BinaryMessageDecoder<>(GenericData.get(), schema(ask)).decode(bytes(ask));
        answer.put("json", json(schema(ask), datum));
      }
      case "round" -> answer.put("text", new BigDecimal(ask.get("text").asText())
          .setScale(ask.get("scale").asInt(), RoundingMode.valueOf(ask.get("rounding").asText()))
          .toPlainString());
      case "writeContainer" -> writeContainer(ask);
      case "readContainer" -> readContainer(ask, answer);
      default -> throw new IllegalArgumentException("unknown task");
    }
  }

  private static void writeContainer(JsonNode ask) throws IOException {
    Schema schema = schema(ask);
    try (DataFileWriter<Object> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
      writer.setCodec(CodecFactory.fromString(ask.get("codec").asText()));
      writer.setSyncInterval(ask.get("blockBytes").asInt());
      writer.setMeta("origin", "Java");
      writer.create(schema, new File(ask.get("path").asText()));
      for (JsonNode hex : ask.get("messages")) {
        writer.append(datum(schema, HEX.parseHex(hex.asText())));
      }
    }
  }

  private static void readContainer(JsonNode ask, ObjectNode answer) throws IOException {
    File file = new File(ask.get("path").asText());
    try (DataFileReader<Object> reader = new DataFileReader<>(file, new GenericDatumReader<>())) {
      answer.put("codec", reader.getMetaString("avro.codec"));
      answer.put("origin", reader.getMetaString("origin"));
      ArrayNode lines = answer.putArray("json");
      while (reader.hasNext()) {
        lines.add(json(reader.getSchema(), reader.next()));
      }
    }
  }

  private static Schema schema(JsonNode ask) {
    return new Schema.Parser().parse(ask.get("schema").asText());
  }

  private static byte[] bytes(JsonNode ask) {
    return HEX.parseHex(ask.get("hex").asText());
  }

  private static Object datum(Schema schema, byte[] bytes) throws IOException {
    return new GenericDatumReader<>(schema).read(null, DecoderFactory.get().binaryDecoder(bytes, null));
  }

  private static byte[] binary(Schema schema, Object datum) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(schema).write(datum, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static String json(Schema schema, Object datum) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonEncoder encoder = EncoderFactory.get().jsonEncoder(schema, out);
    new GenericDatumWriter<>(schema).write(datum, encoder);
    encoder.flush();
    return out.toString(StandardCharsets.UTF_8);
  }
}
