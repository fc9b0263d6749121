import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.search.TopScoreDocCollectorManager;

/** Searches one class at a time in a loop; the best pass over its queries counts. */
final class Timing {
    private static final int LIMIT = 10;
    private static final double QUIET = 1.0;
    private static final double PATIENCE = 60.0;
    private static final Sort BY_RANK = new Sort(new SortField(Driver.RANK, SortField.Type.LONG, true));

    private final IndexSearcher searcher;
    private final int passes;
    private final double seconds;
    private final int threshold;
    private long found;

    /** At least so many passes and so many seconds; hits are counted up to the threshold. */
    Timing(IndexSearcher searcher, int passes, double seconds, int threshold) {
        this.searcher = searcher;
        this.passes = passes;
        this.seconds = seconds;
        this.threshold = threshold;
    }

    /** Searches until the compiler has had nothing to do for a while: on a busy machine that takes long. */
    private void warm(QueryClass one) throws IOException {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        long begun = System.nanoTime();
        long before;
        do {
            before = compiler.getTotalCompilationTime();
            best(one, 1, QUIET);
        } while (compiler.getTotalCompilationTime() != before && System.nanoTime() - begun < PATIENCE * 1e9);
    }

    void run(QueryClass one, PrintStream out) throws IOException {
        warm(one);
        double best = best(one, passes, seconds);
        List<String> hits = new ArrayList<>();
        for (Query query : one.queries()) {
            hits.add(shown(search(one, query)));
        }
        out.printf(
                Locale.ROOT,
                "{\"class\":\"%s\",\"queries\":%d,\"seconds\":%.9f,\"hits\":[%s]}%n",
                one.name(),
                one.queries().size(),
                best,
                String.join(",", hits));
    }

    private double best(QueryClass one, int atLeast, double upTo) throws IOException {
        long best = Long.MAX_VALUE;
        long begun = System.nanoTime();
        for (int pass = 0; pass < atLeast || System.nanoTime() - begun < upTo * 1e9; pass++) {
            long started = System.nanoTime();
            for (Query query : one.queries()) {
                found += search(one, query).scoreDocs.length;
            }
            best = Math.min(best, System.nanoTime() - started);
        }
        return best / 1e9;
    }

    private TopDocs search(QueryClass one, Query query) throws IOException {
        return one.shape().equals("sorted")
                ? searcher.search(query, new TopFieldCollectorManager(BY_RANK, LIMIT, threshold))
                : searcher.search(query, new TopScoreDocCollectorManager(LIMIT, threshold));
    }

    private static String shown(TopDocs top) {
        List<String> hits = new ArrayList<>();
        for (ScoreDoc hit : top.scoreDocs) {
            float score = Float.isNaN(hit.score) ? 0 : hit.score;
            hits.add(String.format(Locale.ROOT, "[%d,%.7g]", hit.doc, score));
        }
        return "[" + String.join(",", hits) + "]";
    }
}
