package dev.fleetauth;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No two files of the program use each other, directly or through others. The sources are analyzed, not the class
 * files: the compiler inlines constants, so a class file does not show which file a constant comes from.
 */
@Tag("any-jdk")
class FileCycleTest {

    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

    @Test
    void theFilesFormNoCycle() throws IOException {
        Map<String, Set<String>> uses;
        try (var manager = COMPILER.getStandardFileManager(null, null, null);
                Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            List<Path> sources =
                    files.filter(file -> file.toString().endsWith(".java")).toList();
            uses = uses(manager.getJavaFileObjectsFromPaths(sources));
        }
        assertThat(uses).hasSizeGreaterThan(300);
        assertThat(uses.get("dev.fleetauth.store.BackedStore")).contains("dev.fleetauth.store.Backend");
        assertThat(cycle(uses)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class A { B b; }",
                "class A { B.Inner inner; }",
                "class A { class Inner { int one = new B().method(); } }",
                "class A { Object o = new Object() { int one = B.ONE; }; }",
                "import static test.B.ONE; class A { int one = ONE; }",
                "class A { Runnable r = B::new; }",
                "class A { int chain = C.c().b().method(); }",
                "class A extends B.Inner {}",
                "class A { @B.Mark void marked() {} }",
            })
    void everyWayToUseAFileIsSeen(String a) throws IOException {
        String b =
                "class B { static final int ONE = 1; int method() { return 1; } static class Inner { A a; } @interface Mark {} }";
        String c = "class C { static C c() { return null; } B b() { return null; } }";
        List<JavaFileObject> sources = List.of(source("A", a), source("B", b), source("C", c));
        assertThat(cycle(uses(sources))).containsExactlyInAnyOrder("test.A", "test.B");
    }

    @Test
    void filesWithoutACycleAreAccepted() throws IOException {
        List<JavaFileObject> sources = List.of(
                source("A", "class A { Inner inner; class Inner { A a; } /** {@link B} */ C c; }"),
                source("B", "class B { A.Inner inner; C c; }"),
                source("C", "class C {}"));
        assertThat(cycle(uses(sources))).isEmpty();
    }

    private static JavaFileObject source(String name, String text) {
        return new SimpleJavaFileObject(URI.create("memory:///test/" + name + ".java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return "package test; " + text;
            }
        };
    }

    /** Which files each file uses, by the names of their types. */
    private static Map<String, Set<String>> uses(Iterable<? extends JavaFileObject> sources) throws IOException {
        List<String> options = List.of("-proc:none", "-classpath", System.getProperty("java.class.path"));
        var problems = new DiagnosticCollector<JavaFileObject>();
        JavacTask task = (JavacTask) COMPILER.getTask(null, null, problems, options, null, sources);
        List<CompilationUnitTree> units = new ArrayList<>();
        task.parse().forEach(units::add);
        task.analyze();
        assertThat(problems.getDiagnostics())
                .filteredOn(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
                .isEmpty();
        Map<String, Set<String>> uses = new TreeMap<>();
        for (CompilationUnitTree unit : units) {
            String path = unit.getSourceFile().getName();
            String type = path.substring(path.lastIndexOf('/') + 1).replace(".java", "");
            uses.put(unit.getPackageName() + "." + type, new Uses(Trees.instance(task)).in(unit));
        }
        uses.forEach((file, used) -> {
            used.retainAll(uses.keySet());
            used.remove(file);
        });
        return uses;
    }

    /** Collects the files that a file uses. Imports are ignored: some are needed only by a comment. */
    private static final class Uses extends TreePathScanner<@Nullable Void, Set<String>> {

        private final Trees trees;

        Uses(Trees trees) {
            this.trees = trees;
        }

        Set<String> in(CompilationUnitTree unit) {
            Set<String> used = new TreeSet<>();
            scan(unit, used);
            return used;
        }

        @Override
        public @Nullable Void visitImport(ImportTree tree, Set<String> used) {
            return null;
        }

        @Override
        public @Nullable Void visitIdentifier(IdentifierTree tree, Set<String> used) {
            add(used);
            return super.visitIdentifier(tree, used);
        }

        @Override
        public @Nullable Void visitMemberSelect(MemberSelectTree tree, Set<String> used) {
            add(used);
            return super.visitMemberSelect(tree, used);
        }

        @Override
        public @Nullable Void visitMemberReference(MemberReferenceTree tree, Set<String> used) {
            add(used);
            return super.visitMemberReference(tree, used);
        }

        @Override
        public @Nullable Void visitNewClass(NewClassTree tree, Set<String> used) {
            add(used);
            return super.visitNewClass(tree, used);
        }

        private void add(Set<String> used) {
            Element element = trees.getElement(getCurrentPath());
            while (element != null && element.getEnclosingElement() != null) {
                if (element.getEnclosingElement().getKind() == ElementKind.PACKAGE) {
                    used.add(element.toString());
                }
                element = element.getEnclosingElement();
            }
        }
    }

    /** The files of one cycle, each using the next; empty if there is none. */
    private static List<String> cycle(Map<String, Set<String>> uses) {
        Set<String> done = new LinkedHashSet<>();
        for (String file : uses.keySet()) {
            List<String> found = cycle(file, uses, new ArrayList<>(), done);
            if (!found.isEmpty()) {
                return found;
            }
        }
        return List.of();
    }

    private static List<String> cycle(String file, Map<String, Set<String>> uses, List<String> path, Set<String> done) {
        int seen = path.indexOf(file);
        if (seen >= 0) {
            return List.copyOf(path.subList(seen, path.size()));
        }
        if (!done.contains(file)) {
            path.add(file);
            for (String used : uses.getOrDefault(file, Set.of())) {
                List<String> found = cycle(used, uses, path, done);
                if (!found.isEmpty()) {
                    return found;
                }
            }
            path.remove(path.size() - 1);
            done.add(file);
        }
        return List.of();
    }
}
