//! The suite.

mod arrows;
mod book;
mod built_book;
mod command_line;
mod editions;
mod exercises;
mod figures;
mod mutants;
mod near_misses;
mod pages;
mod picture;
mod programs;
mod right_programs;
mod solution_rows;
mod solutions;
mod tidy;
