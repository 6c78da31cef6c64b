# Writes the commit that the sources are of as a source file: cmake -DSOURCES=… -DOUT=… -P commit.cmake
# Run by each build. The file is written only where it says something else than before, so a commit compiles one small
# file anew and links. Empty: the sources are no git working copy, as those of a release are, or git is not there.
# "-dirty" at its end: a file that git knows has been changed since.
find_program(GIT git)
set(commit "")
if(GIT)
  execute_process(COMMAND ${GIT} rev-parse --show-toplevel WORKING_DIRECTORY ${SOURCES}
    OUTPUT_VARIABLE top OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  file(REAL_PATH "${SOURCES}" here)
  # Sources that lie in a repository of somebody else are not of its commit.
  if(top STREQUAL here)
    execute_process(COMMAND ${GIT} describe --always --abbrev=40 --exclude=* --dirty WORKING_DIRECTORY ${SOURCES}
      OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  endif()
endif()
if(NOT commit MATCHES "^[0-9a-f]+(-dirty)?$")
  set(commit "")
endif()
set(text "// Written by commit.cmake.\n#include \"cli/commit.h\"\n\nnamespace pairform {\nstd::string_view commit() { return \"${commit}\"; }\n}  // namespace pairform\n")
set(was "")
if(EXISTS "${OUT}")
  file(READ "${OUT}" was)
endif()
if(NOT was STREQUAL text)
  file(WRITE "${OUT}" "${text}")
endif()
