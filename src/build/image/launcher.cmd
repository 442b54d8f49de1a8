@echo off
rem The commonest commands are tried with a small cache first, which starts sooner; 99 says that there is more to do.
if "%~1"=="token" goto quick
if "%~1"=="--version" goto quick
if "%~1"=="--help" goto quick
:all
"%~dp0java.exe" "-XX:SharedArchiveFile=%~dp0..\lib\quick.aot;%~dp0..\lib\all.jsa" @OPTIONS@ -m dev.fleetauth/dev.fleetauth.Main %*
exit /b %errorlevel%
:quick
"%~dp0java.exe" "-XX:AOTCache=%~dp0..\lib\quick.aot" -Dfleetauth.quick=true @OPTIONS@ -m dev.fleetauth/dev.fleetauth.Main %*
if %errorlevel%==99 goto all
exit /b %errorlevel%
