@echo off
rem Started by fleetauth.cmd during a build: prints a line every five seconds, so that the user sees that the build is not
rem stuck. It ends when the build removes the directory target\building.
setlocal EnableExtensions DisableDelayedExpansion
set "FLEETAUTH_CMD_SECONDS=0"
:again
for /l %%i in (1,1,5) do if exist target\building %SystemRoot%\System32\ping.exe -n 2 127.0.0.1 >nul
if not exist target\building exit /b
set /a "FLEETAUTH_CMD_SECONDS+=5"
>&2 echo fleetauth: still building, after %FLEETAUTH_CMD_SECONDS% s
if %FLEETAUTH_CMD_SECONDS% lss 1800 goto again
