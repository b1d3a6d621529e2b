@echo off
rem Tally's launcher for Windows. SPDX-License-Identifier: Apache-2.0
rem Embedded PostgreSQL is packed for Linux: set TALLY_DATABASE_URL to a PostgreSQL 15 or newer, or use WSL.
setlocal
set "HOME_DIR=%~dp0"
if not defined JAVA_HOME (
  echo Tally needs a JDK of version 25 or newer: set JAVA_HOME to it. 1>&2
  exit /b 1
)
set "JDK_MAJOR="
for /f "tokens=2 delims==." %%v in ('findstr /b JAVA_VERSION "%JAVA_HOME%\release"') do set "JDK_MAJOR=%%~v"
set "JDK_MAJOR=%JDK_MAJOR:"=%"
if %JDK_MAJOR% LSS 25 (
  echo Tally needs a JDK of version 25 or newer; JAVA_HOME holds %JDK_MAJOR%. 1>&2
  exit /b 1
)
where mvn >nul 2>nul || (
  echo Tally needs Maven 3.8.7 or newer; it was not found. 1>&2
  exit /b 1
)
if "%~1"=="test" (
  call mvn -B -ntp -f "%HOME_DIR%pom.xml" verify
  exit /b %ERRORLEVEL%
)
if "%~1"=="reset" (
  if exist "%HOME_DIR%.tally" rmdir /s /q "%HOME_DIR%.tally"
  exit /b 0
)
if not exist "%HOME_DIR%cli\target\tally-cli-0.1.0-SNAPSHOT.jar" (
  call mvn -B -q -f "%HOME_DIR%pom.xml" package -DskipTests || exit /b 1
)
"%JAVA_HOME%\bin\java" --enable-native-access=ALL-UNNAMED -Dtally.home="%HOME_DIR%." -cp "%HOME_DIR%cli\target\lib\*;%HOME_DIR%cli\target\tally-cli-0.1.0-SNAPSHOT.jar" tally.cli.Main %*
exit /b %ERRORLEVEL%
