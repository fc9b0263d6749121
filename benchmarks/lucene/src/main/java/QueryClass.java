import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;

/** Queries of one class: a line of the file is its name, the shape and the words, between tabs. */
record QueryClass(String name, String shape, List<Query> queries) {
    static List<QueryClass> read(Path path) throws IOException {
        Map<String, QueryClass> found = new LinkedHashMap<>();
        for (String line : Files.readAllLines(path)) {
            String[] parts = line.split("\t");
            if (parts.length != 3) {
                throw new IllegalArgumentException("class, shape and words between tabs: " + line);
            }
            found.computeIfAbsent(parts[0], name -> new QueryClass(name, parts[1], new ArrayList<>()))
                    .queries
                    .add(query(parts[1], parts[2].split(" ")));
        }
        return List.copyOf(found.values());
    }

    private static Query query(String shape, String[] words) {
        return switch (shape) {
            case "word", "sorted" -> new TermQuery(term(words[0]));
            case "and" -> joined(words, Occur.MUST);
            case "or" -> joined(words, Occur.SHOULD);
            case "phrase" -> new PhraseQuery(Driver.TEXT, words);
            case "prefix" -> new PrefixQuery(term(words[0]));
            case "fuzzy" -> new FuzzyQuery(term(words[0]), 1);
            case "filtered" ->
                    new BooleanQuery.Builder()
                            .add(joined(words, Occur.SHOULD), Occur.MUST)
                            .add(new TermQuery(new Term(Driver.GROUP, "g3")), Occur.FILTER)
                            .build();
            default -> throw new IllegalArgumentException("no shape " + shape);
        };
    }

    private static Query joined(String[] words, Occur occur) {
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        for (String word : words) {
            builder.add(new TermQuery(term(word)), occur);
        }
        return builder.build();
    }

    private static Term term(String word) {
        return new Term(Driver.TEXT, word);
    }
}
