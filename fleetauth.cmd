@echo off
rem Runs fleetauth from this folder. Needs a JDK or JRE of 17 or later; builds first when nothing is built or a source is
rem newer, which needs a JDK. The same as the shell script beside it, except that two first runs at once may both build.
setlocal EnableExtensions DisableDelayedExpansion
set "root=%~dp0"
set "jar=%root%target\fleetauth.jar"
set "log=%root%target\build.log"

rem JAVA_HOME first, then PATH.
set "java="
if not defined JAVA_HOME goto path
if exist "%JAVA_HOME%\bin\java.exe" set "java=%JAVA_HOME%\bin\java.exe"
:path
if not defined java for %%i in (java.exe) do set "java=%%~$PATH:i"
if not defined java goto nojava

rem The release file beside it tells the version without starting it. Without one java itself says what is too new for it.
for %%i in ("%java%") do set "home=%%~dpi.."
for %%i in ("%home%") do set "home=%%~fi"
set "version="
set "major=17"
if not exist "%home%\release" goto known
for /f "usebackq tokens=1,2 delims==" %%a in ("%home%\release") do if "%%a"=="JAVA_VERSION" set "version=%%~b"
if not defined version goto known
for /f "tokens=1 delims=.-+_" %%a in ("%version%") do set "major=%%a"
:known
if %major% lss 17 goto oldjava

rem What a build was made from is copied beside it; xcopy /d /l lists what is newer or missing there, and copies nothing.
if not exist "%jar%" goto build
if not exist "%root%src\main" goto run
for /f "delims=" %%f in ('xcopy /d /l /y /i "%root%pom.xml" "%root%target\built" 2^>nul ^| findstr pom.xml') do goto build
for /f "delims=" %%f in ('xcopy /d /l /y /i /s "%root%src\main" "%root%target\built\main" 2^>nul ^| findstr main') do goto build

:run
rem The second compiler costs each start 10 ms, and only with it is SHA-512 the processor's, which makes a second of two for
rem a passphrase. There it works alone, since the first would only delay it. A store that is locked by a passphrase says so in
rem the header of its keys: these are the three ways that Base64 has to write PBES2.
set "compiler=-XX:TieredStopAtLevel=1"
set "store=%APPDATA%\fleetauth"
if defined FLEETAUTH_HOME set "store=%FLEETAUTH_HOME%"
set "keys="
if exist "%store%\keys.jwe" set /p "keys=" <"%store%\keys.jwe"
if not defined keys goto start
for /f "delims=." %%h in ("%keys%") do set "keys=%%h"
if not "%keys:UEJFUz=%"=="%keys%" set "compiler=-XX:-TieredCompilation"
if not "%keys:BCRVMy=%"=="%keys%" set "compiler=-XX:-TieredCompilation"
if not "%keys:QQkVTM=%"=="%keys%" set "compiler=-XX:-TieredCompilation"
:start
"%java%" %compiler% -XX:+UseSerialGC -XX:-UsePerfData -Xshare:auto -Xlog:disable -Xlog:all=warning:stderr -XX:+DisplayVMOutputToStderr -XX:-CreateCoredumpOnCrash -XX:ErrorFile=NUL -Djdk.console=java.base -cp "%jar%" dev.fleetauth.Main %*
exit /b %errorlevel%

:build
if not exist "%home%\bin\javac.exe" goto nojdk
>&2 echo fleetauth: building it: nothing is built yet, or a source is newer
if not exist "%root%target" mkdir "%root%target"
rem Copied before the build, so that a source that is edited meanwhile is newer.
if exist "%root%target\built" rmdir /s /q "%root%target\built"
if exist "%root%target\built.new" rmdir /s /q "%root%target\built.new"
xcopy /y /q /i "%root%pom.xml" "%root%target\built.new" >nul 2>&1
xcopy /y /q /i /s "%root%src\main" "%root%target\built.new\main" >nul 2>&1
setlocal
set "JAVA_HOME=%home%"
pushd "%root%"
call "%root%mvnw.cmd" -B -q -ntp -Pquick package <nul >"%log%" 2>&1
if errorlevel 1 goto failed
xcopy /y /q /i "%root%target\quick\lib" "%root%target\lib" >>"%log%" 2>&1
if errorlevel 1 goto failed
move /y "%root%target\quick\fleetauth.jar" "%jar%" >>"%log%" 2>&1
if errorlevel 1 goto failed
popd
endlocal
move /y "%root%target\built.new" "%root%target\built" >nul 2>&1
goto run

:failed
>&2 type "%log%"
>&2 echo fleetauth: error: the build failed; all its output is in %log%
>&2 echo hint: mvnw.cmd verify tells more
exit /b 1

:nojava
>&2 echo fleetauth: error: Java 17 or later is needed
goto hint

:oldjava
>&2 echo fleetauth: error: Java 17 or later is needed; found Java %version% at %java%
goto hint

:nojdk
>&2 echo fleetauth: error: it has to be built first, by a JDK of 17 or later; found Java without a compiler at %java%

:hint
>&2 echo hint: https://adoptium.net has one for every system; put its bin folder on PATH, or its folder into JAVA_HOME
exit /b 3
