@echo off
setlocal EnableExtensions DisableDelayedExpansion
rem The second compiler costs each start 10 ms, and only with it is SHA-512 the processor's, which makes a second of two for
rem a passphrase. There it works alone, since the first would only delay it. A store that is locked by a passphrase says so in
rem the header of its keys: these are the three ways that Base64 has to write PBES2.
set "compiler=-XX:TieredStopAtLevel=1"
set "home=%APPDATA%\fleetauth"
if defined FLEETAUTH_HOME set "home=%FLEETAUTH_HOME%"
set "keys="
if exist "%home%\keys.jwe" set /p "keys=" <"%home%\keys.jwe"
if not defined keys goto run
for /f "delims=." %%h in ("%keys%") do set "keys=%%h"
if not "%keys:UEJFUz=%"=="%keys%" set "compiler=-XX:-TieredCompilation"
if not "%keys:BCRVMy=%"=="%keys%" set "compiler=-XX:-TieredCompilation"
if not "%keys:QQkVTM=%"=="%keys%" set "compiler=-XX:-TieredCompilation"
:run
"%~dp0java.exe" "-XX:SharedArchiveFile=%~dp0..\lib\quick.aot;%~dp0..\lib\all.jsa" %compiler% @OPTIONS@ -XX:ErrorFile=NUL -m dev.fleetauth/dev.fleetauth.Main %*
exit /b %errorlevel%
