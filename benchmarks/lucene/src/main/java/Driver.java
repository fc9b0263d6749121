import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.ru.RussianAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.KeywordField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Version;

/**
 * Lucene as the benchmarks drive it: `version`, `index LINES FOLDER whitespace|russian MEGABYTES` or `search FOLDER
 * QUERIES PASSES SECONDS THRESHOLD`. Prints JSON, an object a line.
 */
public final class Driver {
    static final String TEXT = "text";
    static final String GROUP = "group";
    static final String RANK = "rank";
    private static final BM25Similarity SIMILARITY = new BM25Similarity(1.2f, 0.75f);

    private Driver() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        try {
            switch (arguments.length == 0 ? "" : arguments[0]) {
                case "version" -> out.println("{\"version\":\"" + Version.LATEST + "\"}");
                case "index" -> index(arguments, out);
                case "search" -> search(arguments, out);
                default -> throw new IllegalArgumentException("version, index or search");
            }
        } finally {
            out.flush();
        }
    }

    private static void index(String[] arguments, PrintStream out) throws IOException {
        Path lines = Path.of(arguments[1]);
        Analyzer analyzer =
                switch (arguments[3]) {
                    case "whitespace" -> new WhitespaceAnalyzer();
                    case "russian" -> new RussianAnalyzer();
                    default -> throw new IllegalArgumentException("no analyzer " + arguments[3]);
                };
        IndexWriterConfig config = new IndexWriterConfig(analyzer);
        config.setSimilarity(SIMILARITY);
        config.setRAMBufferSizeMB(Double.parseDouble(arguments[4]));
        config.setOpenMode(IndexWriterConfig.OpenMode.CREATE);
        FieldType type = new FieldType();
        type.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
        type.setTokenized(true);
        type.freeze();
        long started = System.nanoTime();
        long committed;
        int documents = 0;
        try (Directory directory = FSDirectory.open(Path.of(arguments[2]));
                IndexWriter writer = new IndexWriter(directory, config);
                BufferedReader reader = Files.newBufferedReader(lines)) {
            Field text = new Field(TEXT, "", type);
            Field rank = new NumericDocValuesField(RANK, 0);
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                Document document = new Document();
                text.setStringValue(line);
                document.add(text);
                document.add(new KeywordField(GROUP, group(documents), Field.Store.NO));
                rank.setLongValue(rank(documents));
                document.add(rank);
                writer.addDocument(document);
                documents++;
            }
            writer.commit();
            committed = System.nanoTime();
            writer.forceMerge(1);
            writer.commit();
        }
        out.printf(
                Locale.ROOT,
                "{\"seconds\":%.3f,\"merging\":%.3f,\"peak\":%d}%n",
                (committed - started) / 1e9,
                (System.nanoTime() - committed) / 1e9,
                peak());
    }

    /** The most memory that this process has held so far, in bytes; 0 where the system does not tell. */
    private static long peak() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        return 0;
    }

    /** A number of a document that no order of adding gives away: the same by every driver. */
    static long rank(long document) {
        return (document * 2654435761L) & 0xFFFFFFFFL;
    }

    /** One of ten groups of about the same size. */
    static String group(long document) {
        return "g" + (rank(document) >>> 16) % 10;
    }

    private static void search(String[] arguments, PrintStream out) throws IOException {
        List<QueryClass> classes = QueryClass.read(Path.of(arguments[2]));
        try (Directory directory = FSDirectory.open(Path.of(arguments[1]));
                DirectoryReader reader = DirectoryReader.open(directory)) {
            if (reader.leaves().size() != 1) {
                throw new IllegalStateException(reader.leaves().size() + " segments, not one");
            }
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setSimilarity(SIMILARITY);
            searcher.setQueryCache(null);
            Timing timing =
                    new Timing(
                            searcher,
                            Integer.parseInt(arguments[3]),
                            Double.parseDouble(arguments[4]),
                            Integer.parseInt(arguments[5]));
            for (QueryClass one : classes) {
                timing.run(one, out);
            }
        }
    }
}
