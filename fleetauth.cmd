@echo off
rem Runs fleetauth from this directory. Needs a JDK or JRE of 17 or later; first builds it if nothing is built or a source is newer, which
rem needs a JDK. Works like the shell script fleetauth, except that two first runs at the same time may both build.
rem
rem The content of a file is never expanded on a command line, since cmd would execute it. System programs are called by their full path,
rem since cmd looks in the current directory first. All variables begin with FLEETAUTH_, so that no program started by exec inherits them.
setlocal EnableExtensions DisableDelayedExpansion
set "FLEETAUTH_CMD_ROOT=%~dp0"
set "FLEETAUTH_CMD_JAR=%FLEETAUTH_CMD_ROOT%target\fleetauth.jar"
set "FLEETAUTH_CMD_LOG=%FLEETAUTH_CMD_ROOT%target\build.log"
set "FLEETAUTH_CMD_SYSTEM=%SystemRoot%\System32"

rem JAVA_HOME first, then PATH.
set "FLEETAUTH_CMD_JAVA="
if not defined JAVA_HOME goto path
if exist "%JAVA_HOME%\bin\java.exe" set "FLEETAUTH_CMD_JAVA=%JAVA_HOME%\bin\java.exe"
:path
if not defined FLEETAUTH_CMD_JAVA for %%i in (java.exe) do set "FLEETAUTH_CMD_JAVA=%%~$PATH:i"
if not defined FLEETAUTH_CMD_JAVA goto nojava

rem The release file of a JDK contains the version. If there is none, a java that is too old rejects the class files itself.
for %%i in ("%FLEETAUTH_CMD_JAVA%") do set "FLEETAUTH_CMD_JDK=%%~dpi.."
for %%i in ("%FLEETAUTH_CMD_JDK%") do set "FLEETAUTH_CMD_JDK=%%~fi"
set "FLEETAUTH_CMD_VERSION="
if not exist "%FLEETAUTH_CMD_JDK%\release" goto known
for /f "usebackq tokens=1,2 delims==" %%a in ("%FLEETAUTH_CMD_JDK%\release") do if "%%a"=="JAVA_VERSION" set "FLEETAUTH_CMD_VERSION=%%~b"
if not defined FLEETAUTH_CMD_VERSION goto known
setlocal EnableDelayedExpansion
set "FLEETAUTH_CMD_MAJOR=!FLEETAUTH_CMD_VERSION:~0,2!"
for %%o in (1. 9 9. 9- 9+ 10 11 12 13 14 15 16) do if "!FLEETAUTH_CMD_MAJOR!"=="%%o" goto oldjava
endlocal
:known

rem The sources of a build are copied to target\built; xcopy /d /l lists those that are newer or missing there, and copies nothing.
if not exist "%FLEETAUTH_CMD_JAR%" goto build
if not exist "%FLEETAUTH_CMD_ROOT%src\main" goto run
for /f "delims=" %%f in ('%FLEETAUTH_CMD_SYSTEM%\xcopy.exe /d /l /y /i "%FLEETAUTH_CMD_ROOT%pom.xml" "%FLEETAUTH_CMD_ROOT%target\built" 2^>nul ^| %FLEETAUTH_CMD_SYSTEM%\findstr.exe pom.xml') do goto build
for /f "delims=" %%f in ('%FLEETAUTH_CMD_SYSTEM%\xcopy.exe /d /l /y /i /s "%FLEETAUTH_CMD_ROOT%src\main" "%FLEETAUTH_CMD_ROOT%target\built\main" 2^>nul ^| %FLEETAUTH_CMD_SYSTEM%\findstr.exe main') do goto build

:run
rem Variables that would change the JVM are withheld from it; programs that fleetauth starts get them back.
for %%v in (JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS JDK_AOT_VM_OPTIONS CLASSPATH _JAVA_LAUNCHER_DEBUG) do if defined %%v for /f "tokens=1* delims==" %%a in ('set %%v') do set "FLEETAUTH_KEPT_%%a=.%%b"
for %%v in (JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS JDK_AOT_VM_OPTIONS CLASSPATH _JAVA_LAUNCHER_DEBUG) do set "%%v="
"%FLEETAUTH_CMD_JAVA%" -XX:+UseSerialGC -Xmx256m -XX:CompressedClassSpaceSize=64m -XX:-UsePerfData -Xshare:auto -Xlog:disable -Xlog:all=warning:stderr -XX:+DisplayVMOutputToStderr -XX:-CreateCoredumpOnCrash -XX:+SuppressFatalErrorMessage -Djdk.console=java.base -cp "%FLEETAUTH_CMD_JAR%" dev.fleetauth.Main %*
exit /b %errorlevel%

:build
if not exist "%FLEETAUTH_CMD_JDK%\bin\javac.exe" goto nojdk
>&2 echo fleetauth: building fleetauth: nothing is built yet, or a source is newer
if not exist "%FLEETAUTH_CMD_ROOT%target" mkdir "%FLEETAUTH_CMD_ROOT%target"
rem Copied before the build, so that a source that is edited during the build is newer.
if exist "%FLEETAUTH_CMD_ROOT%target\built" rmdir /s /q "%FLEETAUTH_CMD_ROOT%target\built"
if exist "%FLEETAUTH_CMD_ROOT%target\built.new" rmdir /s /q "%FLEETAUTH_CMD_ROOT%target\built.new"
mkdir "%FLEETAUTH_CMD_ROOT%target\built.new"
%FLEETAUTH_CMD_SYSTEM%\xcopy.exe /y /q /i "%FLEETAUTH_CMD_ROOT%pom.xml" "%FLEETAUTH_CMD_ROOT%target\built.new" >nul 2>&1
%FLEETAUTH_CMD_SYSTEM%\xcopy.exe /y /q /i /s "%FLEETAUTH_CMD_ROOT%src\main" "%FLEETAUTH_CMD_ROOT%target\built.new\main" >nul 2>&1
rem Only the program itself may see secrets, not the build. The block is expanded as a whole, before the variables are removed.
setlocal
(
  for /f "delims==" %%v in ('set FLEETAUTH_') do set "%%v="
  set "JAVA_HOME=%FLEETAUTH_CMD_JDK%"
  set "NoDefaultCurrentDirectoryInExePath=1"
  pushd "%FLEETAUTH_CMD_ROOT%"
  mkdir target\building 2>nul
  start "" /b "%FLEETAUTH_CMD_SYSTEM%\cmd.exe" /d /c src\build\launcher\progress.cmd <nul
  call "%FLEETAUTH_CMD_ROOT%mvnw.cmd" -B -q -ntp -Pquick package <nul >"%FLEETAUTH_CMD_LOG%" 2>&1
  if errorlevel 1 set "FLEETAUTH_CMD_FAILED=1"
  rmdir target\building
)
if defined FLEETAUTH_CMD_FAILED goto failed
popd
endlocal
%FLEETAUTH_CMD_SYSTEM%\xcopy.exe /y /q /i "%FLEETAUTH_CMD_ROOT%target\quick\lib" "%FLEETAUTH_CMD_ROOT%target\lib" >>"%FLEETAUTH_CMD_LOG%" 2>&1
if errorlevel 1 goto failed
move /y "%FLEETAUTH_CMD_ROOT%target\quick\fleetauth.jar" "%FLEETAUTH_CMD_JAR%" >>"%FLEETAUTH_CMD_LOG%" 2>&1
if errorlevel 1 goto failed
move /y "%FLEETAUTH_CMD_ROOT%target\built.new" "%FLEETAUTH_CMD_ROOT%target\built" >nul 2>&1
goto run

:failed
set "FLEETAUTH_CMD_LOG=%~dp0target\build.log"
setlocal EnableDelayedExpansion
>&2 type "!FLEETAUTH_CMD_LOG!"
>&2 echo fleetauth: error: the build failed; all its output is in !FLEETAUTH_CMD_LOG!
>&2 echo hint: run mvnw.cmd verify for details
exit /b 1

:nojava
>&2 echo fleetauth: error: Java 17 or later is needed
goto hint

:oldjava
>&2 echo fleetauth: error: Java 17 or later is needed; found Java !FLEETAUTH_CMD_VERSION! at !FLEETAUTH_CMD_JAVA!
goto hint

:nojdk
rem With delayed expansion, since an ampersand in a path would end the command.
setlocal EnableDelayedExpansion
>&2 echo fleetauth: error: fleetauth has to be built first, with JDK 17 or later; found Java without a compiler at !FLEETAUTH_CMD_JAVA!

:hint
>&2 echo hint: install one from https://adoptium.net, then put its bin directory on PATH or set JAVA_HOME
exit /b 3
