@echo off
"%~dp0java.exe" "-XX:AOTCache=%~dp0..\lib\fleetauth.aot" @OPTIONS@ -m dev.fleetauth/dev.fleetauth.Main %*
