# Writes what only the Debian package has, while it is packed: man pages and changelog compressed as Debian's policy
# says (gzip -9n: the same bytes each time), and the copyright. package.cmake sets sources, beside, mandir, docdir,
# version and maintainer.
set(root "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}")

function(compress from to)
  cmake_path(GET to PARENT_PATH folder)
  file(MAKE_DIRECTORY "${folder}")
  execute_process(COMMAND gzip -9nc "${from}" OUTPUT_FILE "${to}" COMMAND_ERROR_IS_FATAL ANY)
  file(CHMOD "${to}" PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
endfunction()

file(GLOB pages "${beside}/*.[15]")
foreach(page ${pages})
  cmake_path(GET page FILENAME name)
  cmake_path(GET page EXTENSION LAST_ONLY section)
  string(SUBSTRING "${section}" 1 -1 section)
  compress("${page}" "${root}/${mandir}/man${section}/${name}.gz")
endforeach()

# Its one entry has the time of the commit, so that the same sources give the same package; without git, of now.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  execute_process(COMMAND git log -1 --format=%ct WORKING_DIRECTORY "${sources}"
    OUTPUT_VARIABLE time RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(failed STREQUAL "0")
    set(ENV{SOURCE_DATE_EPOCH} "${time}")
  endif()
endif()
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(changelog "${CMAKE_CURRENT_BINARY_DIR}/debian_changelog")
file(WRITE "${changelog}" "pairform (${version}) bookworm; urgency=medium

  * What changed is in CHANGELOG.md, beside this file.

 -- ${maintainer}  ${date}
")
compress("${changelog}" "${root}/${docdir}/changelog.gz")
file(REMOVE "${changelog}")

# Not file(INSTALL), which would put DESTDIR before `root` once more.
file(COPY "${sources}/cli/debian/copyright" DESTINATION "${root}/${docdir}"
  FILE_PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
