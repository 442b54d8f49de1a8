package dev.fleetauth;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Checks which parts of the program use which other parts and libraries. Each line of the two tables is a rule;
 * {@code docs/dev/architecture.md} has a diagram of the parts.
 */
@Tag("any-jdk")
class ArchitectureTest {
    private static final String OURS = "dev.fleetauth";

    private static final JavaClasses PROGRAM = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(OURS);

    /** A package of the program, and the other ones that it may use. */
    record Part(String name, List<String> mayUse) {
        Part(String name, String... mayUse) {
            this(name, List.of(mayUse));
        }
    }

    static final List<Part> PARTS = List.of(
            new Part("cli", "demo", "serve", "flow", "sandbox", "tesla", "model", "host"),
            new Part("demo", "cli.print", "sandbox", "model", "host"),
            new Part("serve", "cli.print", "flow", "store", "http", "model", "host"),
            new Part("flow", "oauth", "tesla", "store", "key", "seal", "http", "model", "host"),
            new Part("oauth", "http", "model", "host"),
            new Part("tesla", "model", "host"),
            new Part("store", "key", "seal", "model", "host"),
            new Part("key", "seal", "model", "host"),
            new Part("seal", "model", "host"),
            new Part("http", "model", "host"),
            new Part("sandbox", "tesla", "model", "host"),
            new Part("model"),
            new Part("host"));

    /** The classes of a library, and the only parts that may use them. */
    record Library(DescribedPredicate<JavaClass> classes, List<String> parts) {
        Library in(String... parts) {
            return new Library(classes, List.of(parts));
        }
    }

    private static Library library(String... packages) {
        return new Library(resideInAnyPackage(packages), List.of());
    }

    /** The classes of Nimbus for JWE, recognized by their names. */
    private static final DescribedPredicate<JavaClass> JWE = resideInAPackage("com.nimbusds.jose..")
            .and(DescribedPredicate.describe(
                    "are of JWE",
                    type -> type.getSimpleName().startsWith("JWE")
                            || type.getSimpleName().endsWith("Encrypter")
                            || type.getSimpleName().endsWith("Decrypter")));

    static final List<Library> LIBRARIES = List.of(
            library("picocli..").in("cli"),
            // In cli, only the command that passes the handlers to the server.
            library("org.eclipse.jetty..").in("serve", "cli"),
            library("jdk.net..").in("serve"),
            library("io.nayuki.qrcodegen..").in("cli"),
            library("okhttp3..", "okio..", "kotlin..").in("http"),
            // In no part: its timeout covers only the headers, so a body could take forever.
            library("java.net.http.."),
            library("com.sun.net.httpserver..").in("sandbox", "flow", "oauth", "host"),
            library("com.nimbusds.oauth2..", "com.nimbusds.openid..", "com.nimbusds.common..", "net.minidev..")
                    .in("oauth"),
            library("com.nimbusds.jose..", "com.nimbusds.jwt..").in("oauth", "seal", "sandbox"),
            new Library(JWE, List.of("seal")),
            library("javax.crypto..", "org.bouncycastle..").in("seal"),
            // In http, only the parser, for the names of the members of a response in the trace.
            library("com.fasterxml.jackson.databind..").in("cli", "serve", "flow", "oauth", "sandbox"),
            library("com.fasterxml.jackson.core..").in("cli", "flow", "oauth", "sandbox", "http"),
            library("java.sql..", "javax.sql..", "org.postgresql..").in("store"),
            // In store, only to distinguish a failed TLS handshake from other failures.
            library("javax.net..").in("http", "store"));

    @ParameterizedTest
    @FieldSource("PARTS")
    void aPartUsesOnlyThePartsItMay(Part part) {
        classes()
                .that(in(List.of(part.name())))
                .should()
                .onlyDependOnClassesThat(
                        not(ours()).or(in(List.of(part.name()))).or(in(part.mayUse())))
                .check(PROGRAM);
    }

    @ParameterizedTest
    @FieldSource("LIBRARIES")
    void aLibraryIsUsedOnlyInItsParts(Library library) {
        noClasses()
                .that(not(in(library.parts())))
                .should()
                .dependOnClassesThat(library.classes())
                .check(PROGRAM);
    }

    @Test
    void noLibraryIsUsedThatIsNotInTheTable() {
        DescribedPredicate<JavaClass> known = LIBRARIES.stream()
                .map(Library::classes)
                .reduce(resideInAnyPackage("java..", "org.jspecify.."), (one, other) -> one.or(other));
        classes().should().onlyDependOnClassesThat(ours().or(known)).check(PROGRAM);
    }

    @Test
    void entryPointsUseOnlyCliDemoAndHost() {
        classes()
                .that()
                .resideInAPackage(OURS)
                .should()
                .onlyDependOnClassesThat(not(ours()).or(resideInAPackage(OURS)).or(in(List.of("cli", "demo", "host"))))
                .check(PROGRAM);
    }

    @Test
    void onlyEntryPointsAreOutsideTheParts() {
        classes()
                .that(not(in(PARTS.stream().map(Part::name).toList())))
                .should()
                .haveFullyQualifiedName(OURS + ".Main")
                .orShould()
                .haveFullyQualifiedName(OURS + ".CacheTraining")
                .check(PROGRAM);
    }

    @Test
    void sealUsesNoFilesCommandsOrPrompts() {
        noClasses()
                .that(in(List.of("seal")))
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.nio.file..", OURS + ".host.prompt.."))
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName(OURS + ".host.Command")
                .check(PROGRAM);
    }

    @Test
    void thePackagesFormNoCycle() {
        slices().matching(OURS + ".(**)").should().beFreeOfCycles().check(PROGRAM);
    }

    private static DescribedPredicate<JavaClass> ours() {
        return resideInAPackage(OURS + "..");
    }

    private static DescribedPredicate<JavaClass> in(List<String> parts) {
        return resideInAnyPackage(
                parts.stream().map(part -> OURS + "." + part + "..").toArray(String[]::new));
    }
}
