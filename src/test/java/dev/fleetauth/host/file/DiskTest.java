package dev.fleetauth.host.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fleetauth.testing.OtherUser;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link Disk#rename} never replaces a file, with and without hard links. */
class DiskTest {

    private static final Disk WITHOUT_LINKS = new Disk() {
        @Override
        void link(Path from, Path to) throws IOException {
            // The error of Linux.
            throw new FileSystemException(to.toString(), from.toString(), "Operation not permitted");
        }
    };

    @TempDir
    Path folder;

    private Path from;
    private Path to;

    static List<Named<Disk>> disks() {
        return List.of(Named.of("with links", new Disk()), Named.of("without links", WITHOUT_LINKS));
    }

    @BeforeEach
    void writeFile() throws IOException {
        from = Files.writeString(folder.resolve("from"), "new");
        to = folder.resolve("to");
    }

    @ParameterizedTest
    @MethodSource("disks")
    void aFileGetsAFreeName(Disk disk) throws IOException {
        assertThat(disk.rename(from, to)).isTrue();
        assertThat(to).hasContent("new");
        assertThat(from).doesNotExist();
    }

    @ParameterizedTest
    @MethodSource("disks")
    void anExistingFileIsNotReplaced(Disk disk) throws IOException {
        Files.writeString(to, "old");
        assertThat(disk.rename(from, to)).isFalse();
        assertThat(to).hasContent("old");
        assertThat(from).hasContent("new");
    }

    @ParameterizedTest
    @MethodSource("disks")
    @DisabledOnOs(OS.WINDOWS)
    void aLinkWithoutATargetIsNotReplaced(Disk disk) throws IOException {
        Files.createSymbolicLink(to, folder.resolve("nothing"));
        assertThat(disk.rename(from, to)).isFalse();
        assertThat(to).isSymbolicLink();
        assertThat(from).hasContent("new");
    }

    @ParameterizedTest
    @MethodSource("disks")
    void anEmptyDirectoryIsNotReplaced(Disk disk) throws IOException {
        Path directory = Files.createDirectory(folder.resolve("directory"));
        Files.createFile(directory.resolve("file"));
        Files.createDirectory(to);
        assertThat(disk.rename(directory, to)).isFalse();
        assertThat(to).isEmptyDirectory();
        assertThat(directory).isNotEmptyDirectory();
    }

    @ParameterizedTest
    @MethodSource("disks")
    void aDirectoryGetsAFreeName(Disk disk) throws IOException {
        Path directory = Files.createDirectory(folder.resolve("directory"));
        assertThat(disk.rename(directory, to)).isTrue();
        assertThat(to).isDirectory();
        assertThat(directory).doesNotExist();
    }

    /** Another process may have renamed it already. */
    @Test
    void aMissingFileIsReportedEvenIfTheNewNameExists() throws IOException {
        Files.move(from, to);
        assertThatThrownBy(() -> new Disk().rename(from, to)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void rootReplacesNoFileOfAnotherUser() throws IOException {
        OtherUser.requireRoot();
        Files.writeString(to, "old");
        OtherUser.give(folder);
        assertThatThrownBy(() -> WITHOUT_LINKS.writeNew(to, new byte[] {1}))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(to).hasContent("old");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(from, to);
        }
    }
}
