@echo off
rem It reads no file: cmd would execute the content of a file that is expanded on a command line.
setlocal EnableExtensions DisableDelayedExpansion
rem Variables that would change the JVM are withheld from it; programs that fleetauth starts get them back.
for %%v in (JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS JDK_AOT_VM_OPTIONS CLASSPATH _JAVA_LAUNCHER_DEBUG) do if defined %%v for /f "tokens=1* delims==" %%a in ('set %%v') do set "FLEETAUTH_KEPT_%%a=.%%b"
for %%v in (JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS _JAVA_OPTIONS JDK_AOT_VM_OPTIONS CLASSPATH _JAVA_LAUNCHER_DEBUG) do set "%%v="
"%~dp0..\lib\fleetauth\bin\java.exe" "-XX:SharedArchiveFile=%~dp0..\lib\fleetauth\lib\quick.aot;%~dp0..\lib\fleetauth\lib\all.jsa" @OPTIONS@ -m dev.fleetauth/dev.fleetauth.Main %*
exit /b %errorlevel%
